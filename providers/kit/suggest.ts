/** Longer names are not typos; the limit also bounds the work. */
const LONGEST_NAME = 100;

/**
 * The question whether a known name was meant, with the prefix before the name; undefined if none
 * is close.
 */
export function didYouMean(
  name: string,
  known: readonly string[],
  prefix = "",
): string | undefined {
  const meant = nearest(name, known);
  return meant === undefined ? undefined : `did you mean ${prefix}${meant}?`;
}

/** The candidate that a mistyped name most likely means, or undefined if none is close. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  // up to a third of the letters wrong counts as a typo, more as a different word
  const limit = Math.max(1, Math.floor(name.length / 3));
  const wanted = name.toLowerCase();
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    // each extra or missing letter is at least one change
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best !== undefined && best.distance <= limit ? best.candidate : undefined;
}

/** How many letters must be inserted, deleted or replaced to turn one string into the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const changed = Number(from[row - 1] !== to[column - 1]);
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + changed,
      );
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
