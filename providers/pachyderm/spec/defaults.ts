/** The project of what names no other. */
export const DEFAULT_PROJECT = "default";

/** The branch of what names no other: of inputs, triggers and outputs. */
export const DEFAULT_BRANCH = "master";
