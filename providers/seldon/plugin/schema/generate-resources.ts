/**
 * Writes resources.ts from the resource classes in seldon/, their arguments' interfaces and doc
 * comments: `npx tsx providers/seldon/plugin/schema/generate-resources.ts`, then `npm run format`.
 * A test fails if the two are out of sync.
 */
import { join } from "node:path";
import { readClasses, writeClasses } from "../../../kit/read-classes";

export const readSeldon = () => readClasses(join(__dirname, "../.."), "seldon");

if (require.main === module) {
  writeClasses(join(__dirname, "resources.ts"), "../../../kit", readSeldon());
}
