import assert from "node:assert/strict";
import { checkNames } from "../../../../config/checks/names";
import type { Values } from "../../../../config/schema";

/** The keys with a problem. */
const keys = (values: object) =>
  checkNames(values as Partial<Values>).map(({ path }) => path.join("."));

const NAMES = {
  namePrefix: "",
  pachyderm: { project: "default", namespace: "pachyderm" },
  seldon: { namespace: "seldon", detectorNamespace: "seldon-logs" },
  detectorBucket: { name: "bucket" },
};

describe("the names of what use cases share", () => {
  it("are accepted if they are right", () => {
    assert.deepEqual(keys(NAMES), []);
  });

  it("are checked with the prefix, unless the objects exist", () => {
    const [namePrefix, bad] = ["pr-12-", "n".repeat(60)];
    const values = { ...NAMES, namePrefix, detectorBucket: { name: bad } };
    assert.deepEqual(keys({ ...values, seldon: { ...NAMES.seldon, namespace: bad } }), [
      "detectorBucket.name",
      "seldon.namespace",
    ]);
    const existing = { ...NAMES.seldon, namespace: bad, existing: true };
    assert.deepEqual(
      keys({ ...values, seldon: existing, detectorBucket: { name: bad, existing: true } }),
      [],
    );
  });

  it("separate deployments from detectors", () => {
    assert.deepEqual(
      keys({ ...NAMES, seldon: { namespace: "seldon", detectorNamespace: "seldon" } }),
      ["seldon.detectorNamespace"],
    );
  });

  it("keep Pachyderm's namespace out of what the stack deletes, which an existing one is not", () => {
    const seldon = { namespace: "pachyderm", detectorNamespace: "logs" };
    assert.deepEqual(keys({ ...NAMES, seldon }), ["seldon.namespace"]);
    assert.deepEqual(keys({ ...NAMES, seldon: { ...seldon, existing: true } }), []);
  });
});
