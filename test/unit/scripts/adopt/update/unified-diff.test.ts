import assert from "node:assert/strict";
import { unifiedDiff } from "../../../../../scripts/adopt/update/unified-diff";

const numbers = Array.from({ length: 20 }, (_, index) => `${index + 1}`);

describe("a unified diff", () => {
  it("shows changes with three lines of context", () => {
    const after = numbers
      .map((line) => (line === "5" ? "five" : line))
      .filter((line) => line !== "16");
    assert.equal(
      unifiedDiff("x.ts", numbers.join("\n"), after.join("\n")),
      `--- a/x.ts
+++ b/x.ts
@@ -2,7 +2,7 @@
 2
 3
 4
-5
+five
 6
 7
 8
@@ -13,7 +13,6 @@
 13
 14
 15
-16
 17
 18
 19
`,
    );
  });

  it("is empty if nothing changes", () => assert.equal(unifiedDiff("x.ts", "a\n", "a\n"), ""));

  it("shows added lines at the end", () => {
    assert.match(unifiedDiff("x.ts", "a", "a\nb"), /@@ -1,1 \+1,2 @@\n a\n\+b\n$/);
  });
});
