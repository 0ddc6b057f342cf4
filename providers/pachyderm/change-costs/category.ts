/** What a change to a pipeline causes, from lowest to highest. */
export const CHANGE_CATEGORIES = [
  "none",
  "settings",
  "stop",
  "restart",
  "start",
  "difference",
  "rekeyed",
  "reprocess",
  "replaced",
  "refused",
] as const;

export type ChangeCategory = (typeof CHANGE_CATEGORIES)[number];

/** Whether a change of this category causes no job. Accepts a report's categories, too. */
export function causesNoJob(category: string): boolean {
  return ["none", "settings", "stop", "refused"].includes(category);
}

/** The highest of the categories; `none` for an empty list. */
export function highest(categories: readonly ChangeCategory[]): ChangeCategory {
  return categories.reduce<ChangeCategory>((a, b) => (rank(a) < rank(b) ? b : a), "none");
}

/** The lower of two categories. */
export function lower(a: ChangeCategory, b: ChangeCategory): ChangeCategory {
  return rank(a) < rank(b) ? a : b;
}

/** A category's position in the order. */
export function rank(category: ChangeCategory): number {
  return CHANGE_CATEGORIES.indexOf(category);
}
