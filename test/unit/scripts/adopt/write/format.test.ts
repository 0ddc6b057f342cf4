import assert from "node:assert/strict";
import { format } from "../../../../../scripts/adopt/write/format";

describe("a source that adopt writes", () => {
  it("is formatted and sorted as Biome does", () => {
    const source = "import {b} from './b'\nimport {a} from './a'\nexport const c = [a,b]";
    assert.equal(
      format("use-cases/x/index.ts", source),
      'import { a } from "./a";\nimport { b } from "./b";\nexport const c = [a, b];\n',
    );
  });

  it("is refused with what to do if it is too long for Biome", () => {
    const source = `export const text = "${"x".repeat(1024 * 1024)}";\n`;
    assert.throws(() => format("use-cases/x/index.ts", source), {
      message:
        "use-cases/x/index.ts would be larger than 1 MB, which is too large for Biome to format: adopt fewer pipelines at a time, or move long texts into files in their images",
    });
  });
});
