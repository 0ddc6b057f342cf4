import assert from "node:assert/strict";
import { diffValues } from "../../../../providers/kit/diff";
import { formatPath } from "../../../../providers/kit/property-path";
import { Secret, UNKNOWN, type Value } from "../../../../providers/kit/values";

function changes(before: Value, after: Value): string[] {
  return diffValues(before, after).map(({ kind, path }) => `${kind} ${formatPath(path)}`);
}

describe("comparing property values", () => {
  it("reports each changed property at its path", () => {
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

  it("treats null and a missing property as equal", () => {
    assert.deepEqual(changes({ a: null }, {}), []);
    assert.deepEqual(changes({}, { a: { b: null } }), ["add a"]);
  });

  it("compares the values of secrets, so that an equal secret is unchanged", () => {
    assert.deepEqual(changes({ a: new Secret("x") }, { a: new Secret("x") }), []);
    assert.deepEqual(changes({ a: new Secret("x") }, { a: new Secret("y") }), ["update a"]);
  });

  it("treats an unknown new value as a change", () => {
    assert.deepEqual(changes({ a: { b: 1 } }, { a: UNKNOWN }), ["update a"]);
  });

  it("quotes names that are not identifiers, so that the engine does not split them", () => {
    assert.equal(formatPath(["env", "A.B", 0, 'q"']), 'env["A.B"][0]["q\\""]');
    assert.equal(formatPath(["spec", "pod_patch"]), "spec.pod_patch");
  });
});
