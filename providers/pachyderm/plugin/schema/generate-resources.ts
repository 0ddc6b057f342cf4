/**
 * Writes resources.ts from the resource classes in pachyderm/, their arguments' interfaces and doc
 * comments: `npx tsx providers/pachyderm/plugin/schema/generate-resources.ts`, then `npm run
 * format`. A test fails if the two are out of sync.
 */
import { join } from "node:path";
import { readClasses, writeClasses } from "../../../kit/read-classes";
import { SPEC_TYPE } from "./spec-types";

export const readPachyderm = () =>
  readClasses(join(__dirname, "../.."), "pachyderm", { PipelineSpec: SPEC_TYPE });

if (require.main === module) {
  writeClasses(join(__dirname, "resources.ts"), "../../../kit", readPachyderm());
}
