/** What a change of a pipeline causes; the later in this list, the more. */
export const CHANGE_CATEGORIES = [
  "none",
  "settings",
  "restart",
  "difference",
  "rekeyed",
  "reprocess",
  "replaced",
  "refused",
] as const;

export type ChangeCategory = (typeof CHANGE_CATEGORIES)[number];

/** The higher of categories, `none` of no one. */
export function highest(categories: readonly ChangeCategory[]): ChangeCategory {
  return categories.reduce<ChangeCategory>((a, b) => (rank(a) < rank(b) ? b : a), "none");
}

/** The lower of two categories. */
export function lower(a: ChangeCategory, b: ChangeCategory): ChangeCategory {
  return rank(a) < rank(b) ? a : b;
}

/** A category's place in the order. */
export function rank(category: ChangeCategory): number {
  return CHANGE_CATEGORIES.indexOf(category);
}
