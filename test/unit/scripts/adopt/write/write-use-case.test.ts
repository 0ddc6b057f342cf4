import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuseTaken } from "../../../../../scripts/adopt/write/write-use-case";

describe("the name of an adopted use case", () => {
  let root: string;

  before(() => {
    root = mkdtempSync(join(tmpdir(), "use-case-"));
    mkdirSync(join(root, "use-cases/left"), { recursive: true });
    mkdirSync(join(root, "use-cases/churn"));
    writeFileSync(join(root, "use-cases/sources.ts"), "");
    writeFileSync(
      join(root, "use-cases/index.ts"),
      'import { churn } from "./churn";\n\nexport const useCases = { churn };\n',
    );
  });
  after(() => rmSync(root, { recursive: true }));

  it("is refused if it is already in use, with what to do", () => {
    const refused: [string, RegExp][] = [
      ["churn", /^use case churn already exists: choose another --name, or .* --update$/],
      [
        "left",
        /^use-cases\/left already exists, but is not in use-cases\/index\.ts: .*, or remove the folder$/,
      ],
      ["sources", /^use-cases\/sources\.ts is a file of the program: choose another --name$/],
      ["index", /^use-cases\/index\.ts is a file of the program/],
    ];
    for (const [name, message] of refused)
      assert.throws(() => refuseTaken(name, root), { message }, name);
    refuseTaken("new", root);
  });
});
