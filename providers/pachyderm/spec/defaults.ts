/** The default project. */
export const DEFAULT_PROJECT = "default";

/** The default branch of inputs, triggers and outputs. */
export const DEFAULT_BRANCH = "master";
