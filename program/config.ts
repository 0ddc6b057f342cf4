import { readConfig } from "../config";

/** The stack's configuration, read once in a run. */
export const config = readConfig();
