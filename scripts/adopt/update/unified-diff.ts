/** Lines around a change. */
const CONTEXT = 3;

interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
  /**
   * The line's number in each text; for a line that is in only one text, the number of the next
   * line in the other.
   */
  readonly at: readonly [before: number, after: number];
}

/** The changes between two texts, as `diff -u` prints them; empty if there are none. */
export function unifiedDiff(file: string, before: string, after: string): string {
  const lines = compare(before.split("\n"), after.split("\n"));
  const hunks = hunksOf(lines);
  if (hunks.length === 0) return "";
  const printed = hunks.map((hunk) => {
    const [first] = hunk;
    const count = (mark: string) => hunk.filter((line) => line.mark !== mark).length;
    const [a = 0, b = 0] = first?.at ?? [];
    const head = `@@ -${a + 1},${count("+")} +${b + 1},${count("-")} @@`;
    return [head, ...hunk.map(({ mark, text }) => mark + text)].join("\n");
  });
  return `--- a/${file}\n+++ b/${file}\n${printed.join("\n")}\n`;
}

/** The lines of both texts, along a longest common subsequence. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    const [a, b] = [before[i], after[j]];
    if (a !== undefined && a === b) lines.push({ mark: " ", text: a, at: [i++, j++] });
    else if (a !== undefined && (b === undefined || at(i + 1, j) >= at(i, j + 1)))
      lines.push({ mark: "-", text: a, at: [i++, j] });
    else lines.push({ mark: "+", text: b ?? "", at: [i, j++] });
  }
  return lines;
}

function hunksOf(lines: readonly Line[]): Line[][] {
  const isNear = (index: number) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ mark }) => mark !== " ");
  const hunks: Line[][] = [];
  for (const [index, line] of lines.entries()) {
    if (!isNear(index)) continue;
    if (index > 0 && isNear(index - 1)) hunks.at(-1)?.push(line);
    else hunks.push([line]);
  }
  return hunks;
}
