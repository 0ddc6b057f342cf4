import assert from "node:assert/strict";
import { nearest } from "../../../../providers/kit/suggest";

describe("nearest", () => {
  const names = ["podPatch", "podSpec", "input"];

  it("finds the intended name", () => {
    assert.equal(nearest("podPach", names), "podPatch");
    assert.equal(nearest("podpatch", names), "podPatch");
    assert.equal(nearest("inputs", names), "input");
  });

  it("finds nothing for an unrelated word", () => {
    assert.equal(nearest("resources", names), undefined);
    assert.equal(nearest("x", []), undefined);
  });

  it("does not search for names that are too long to be typos", () => {
    const text = "podPatch".repeat(100_000);
    assert.equal(nearest(text, names), undefined);
    assert.equal(nearest(text, [text]), undefined);
    assert.equal(nearest("podPach", [text, "podPatch"]), "podPatch");
  });
});
