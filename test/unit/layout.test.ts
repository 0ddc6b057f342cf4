import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(__dirname, "../..");

/** The folders under test/unit that contain tests. */
function testFolders(): string[] {
  const tests = readdirSync(__dirname, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".test.ts"),
  );
  return [...new Set(tests.map((file) => dirname(file)))].filter((folder) => folder !== ".");
}

describe("the unit tests", () => {
  it("mirror the source tree folder by folder, so that tests are easy to find", () => {
    const folders = testFolders();
    assert.ok(folders.length > 30, `only ${folders.length} folders were found`);
    // the page about the provider has one test per part
    const unknown = folders.filter(
      (folder) => folder !== "docs/pachyderm-provider" && !existsSync(join(root, folder)),
    );
    assert.deepEqual(unknown, []);
  });
});
