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
