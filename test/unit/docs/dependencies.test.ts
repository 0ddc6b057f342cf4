import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../../..");

/** The packages of the table in docs/architecture.md that gives the reason for each. */
function documented(): string[] {
  const text = readFileSync(join(ROOT, "docs", "architecture.md"), "utf8");
  const [, section = ""] = text.split("## Dependencies, and why");
  const rows = [...section.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)].slice(1);
  return rows.flatMap(([, packages = ""]) => packages.split(", "));
}

describe("the table of dependencies", () => {
  it("has exactly the packages of package.json, except types", () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(ROOT, "package.json"), "utf8"),
    );
    const installed = Object.keys({ ...dependencies, ...devDependencies });
    const expected = installed.filter((name) => !name.startsWith("@types/"));
    assert.deepEqual(
      documented()
        .filter((name) => name !== "---")
        .sort(),
      expected.sort(),
    );
  });
});
