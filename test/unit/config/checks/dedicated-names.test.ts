import assert from "node:assert/strict";
import { checkDedicatedNames, checkDetectorNames } from "../../../../config/checks/dedicated-names";
import { nameUseCases } from "../../../../config/named-use-cases";
import type { Values } from "../../../../config/schema";
import { useCases } from "../../../../use-cases";

/** The keys in which a check finds a problem. */
const keys = (check: typeof checkDedicatedNames, values: object) => {
  const some = values as Partial<Values>;
  return check(some, nameUseCases(useCases, some)).map(({ path }) => path.join("."));
};

const NAME = "sentiment-analysis";
const dedicated = (parts: object) => ({ useCases: { [NAME]: { dedicated: parts } } });
const seldon = { namespace: "seldon", detectorNamespace: "seldon-logs" };

describe("the names of what is dedicated to a use case", () => {
  it("are refused if the bucket's is too long, but only if there is one", () => {
    const detectorBucket = { name: "b".repeat(60) };
    assert.deepEqual(
      keys(checkDedicatedNames, { ...dedicated({ bucket: true }), detectorBucket }),
      [`useCases.${NAME}.dedicated.bucket`],
    );
    assert.deepEqual(keys(checkDedicatedNames, { ...dedicated({}), detectorBucket }), []);
  });

  it("are refused if the namespace is that of the detectors or of Pachyderm", () => {
    const taken = `seldon-${NAME}`;
    const values = { ...dedicated({ namespace: true }), seldon };
    assert.deepEqual(keys(checkDedicatedNames, values), []);
    for (const more of [
      { seldon: { ...seldon, detectorNamespace: taken } },
      { pachyderm: { namespace: taken } },
    ])
      assert.deepEqual(keys(checkDedicatedNames, { ...values, ...more }), [
        `useCases.${NAME}.dedicated.namespace`,
      ]);
  });
});

describe("the names of a use case's detectors", () => {
  it("are refused if its namespace makes them too long", () => {
    const values = { useCases: { [NAME]: {} } };
    assert.deepEqual(keys(checkDetectorNames, { ...values, seldon }), []);
    const long = { ...seldon, namespace: "s".repeat(50) };
    assert.deepEqual(keys(checkDetectorNames, { ...values, seldon: long }), [`useCases.${NAME}`]);
  });

  it("are not checked if the prefix is too long on its own, or Seldon's block could not be read", () => {
    const values = { useCases: { [NAME]: {} }, namePrefix: `${"p".repeat(45)}-` };
    assert.deepEqual(keys(checkDetectorNames, { ...values, seldon }), []);
    assert.deepEqual(keys(checkDetectorNames, { useCases: { [NAME]: {} } }), []);
  });
});
