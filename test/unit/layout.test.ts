import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(__dirname, "../..");

/** The folders under test/unit that hold tests. */
function testFolders(): string[] {
  const tests = readdirSync(__dirname, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".test.ts"),
  );
  return [...new Set(tests.map((file) => dirname(file)))].filter((folder) => folder !== ".");
}

describe("the unit tests", () => {
  it("mirror the source tree folder by folder, so that nobody has to search for a test", () => {
    const folders = testFolders();
    assert.ok(folders.length > 30, `only ${folders.length} folders were found`);
    // the page about the provider has a test for each of its parts
    const unknown = folders.filter(
      (folder) => folder !== "docs/pachyderm-provider" && !existsSync(join(root, folder)),
    );
    assert.deepEqual(unknown, []);
  });
});
