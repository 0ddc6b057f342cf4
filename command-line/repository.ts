import { resolve } from "node:path";

/** The folder of the repository that this file is part of. */
export const repository = resolve(__dirname, "..");
