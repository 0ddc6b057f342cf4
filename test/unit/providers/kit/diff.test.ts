import assert from "node:assert/strict";
import { diffValues } from "../../../../providers/kit/diff";
import { formatPath } from "../../../../providers/kit/property-path";
import { Secret, UNKNOWN, type Value } from "../../../../providers/kit/values";

function changes(before: Value, after: Value): string[] {
  return diffValues(before, after).map(({ kind, path }) => `${kind} ${formatPath(path)}`);
}

describe("comparing property values", () => {
  it("names each changed property at its place", () => {
    const before = { a: { b: 1, c: [1, 2], gone: "x" }, same: true };
    const after = { a: { b: 2, c: [1, 3, 4], new: "y" }, same: true };
    assert.deepEqual(changes(before, after).sort(), [
      "add a.c[2]",
      "add a.new",
      "delete a.gone",
      "update a.b",
      "update a.c[1]",
    ]);
  });

  it("takes null and a missing property for the same", () => {
    assert.deepEqual(changes({ a: null }, {}), []);
    assert.deepEqual(changes({}, { a: { b: null } }), ["add a"]);
  });

  it("looks into secrets, so that an equal one is no change", () => {
    assert.deepEqual(changes({ a: new Secret("x") }, { a: new Secret("x") }), []);
    assert.deepEqual(changes({ a: new Secret("x") }, { a: new Secret("y") }), ["update a"]);
  });

  it("takes an unknown new value for a change", () => {
    assert.deepEqual(changes({ a: { b: 1 } }, { a: UNKNOWN }), ["update a"]);
  });

  it("quotes names that are no identifiers, so that the engine does not split them", () => {
    assert.equal(formatPath(["env", "A.B", 0, 'q"']), 'env["A.B"][0]["q\\""]');
    assert.equal(formatPath(["spec", "pod_patch"]), "spec.pod_patch");
  });
});
