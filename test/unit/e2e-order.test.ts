import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "../e2e");

describe("the durations of the end-to-end tests", () => {
  it("are those of files that exist", () => {
    const known = Object.keys(JSON.parse(readFileSync(join(folder, "seconds.json"), "utf8")));
    const files = readdirSync(folder).map((name) => name.replace(/\.e2e\.test\.ts$/, ""));
    assert.ok(known.length > 0);
    assert.deepEqual(
      known.filter((name) => !files.includes(name)),
      [],
    );
  });
});
