import assert from "node:assert/strict";
import { quoted, shortened } from "../../../../providers/kit/quote";

describe("a quoted value", () => {
  it("is written as a JSON string", () => {
    assert.equal(quoted('a "b"\n'), '"a \\"b\\"\\n"');
    assert.equal(shortened("a b"), "a b");
  });

  it("is truncated if it is long, and never inside a character", () => {
    assert.equal(shortened("a".repeat(60)), "a".repeat(60));
    assert.equal(shortened("a".repeat(61)), `${"a".repeat(60)}…`);
    assert.equal(shortened(`${"a".repeat(59)}😀b`), `${"a".repeat(59)}…`);
  });
});
