import assert from "node:assert/strict";
import { checkDedicated } from "../../../../config/checks/dedicated";
import type { Values } from "../../../../config/schema";

/** The keys with a problem. */
const keys = (values: object) =>
  checkDedicated(values as Partial<Values>).map(({ path }) => path.join("."));

describe("what is dedicated to a use case", () => {
  const useCases = { one: { dedicated: { bucket: true, namespace: true } } };

  it("is refused beside an existing counterpart, bucket and namespace each on its own", () => {
    const existing = { existing: true };
    assert.deepEqual(keys({ useCases, detectorBucket: existing }), [
      "useCases.one.dedicated.bucket",
    ]);
    assert.deepEqual(keys({ useCases, seldon: existing }), ["useCases.one.dedicated.namespace"]);
  });

  it("is accepted beside what the stack creates, and if nothing is known about that", () => {
    assert.deepEqual(keys({ useCases, detectorBucket: {}, seldon: { existing: false } }), []);
    assert.deepEqual(keys({ useCases }), []);
  });
});
