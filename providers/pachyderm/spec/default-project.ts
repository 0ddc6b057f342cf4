/** The project of what names no other. */
export const DEFAULT_PROJECT = "default";
