import assert from "node:assert/strict";
import { checkTogether } from "../../../../config/checks";
import { nameUseCases } from "../../../../config/named-use-cases";
import type { Values } from "../../../../config/schema";
import { useCases } from "../../../../use-cases";
import type { NamedUseCases } from "../../../../use-cases/definition";

const further = (name: string, repo: string) => ({
  spec: { pipeline: { name }, transform: { cmd: ["true"] }, input: { pfs: { repo } } },
});

/** The keys with a problem; the use cases `one` and `two` read each other. */
function keys(values: object): string[] {
  const definitions = {
    ...useCases,
    one: { pipelines: { first: further("a", "b") } },
    two: { pipelines: { second: further("b", "a") } },
  } as unknown as NamedUseCases;
  const some = values as Partial<Values>;
  return checkTogether(some, nameUseCases(definitions, some)).map(({ path }) => path.join("."));
}

describe("the checks of values together", () => {
  it("all run, even if some values could not be read", () => {
    const found = keys({
      kubernetes: {},
      credentials: { sel_namespace: "x" },
      detectorBucket: {},
      seldon: { users: { ada: "read" } },
      useCases: { "no-such": {} },
    }).map((key) => key.split(".")[0]);
    for (const key of ["kubernetes", "credentials", "detectorBucket", "seldon", "useCases"])
      assert.ok(found.includes(key), key);
    assert.deepEqual(keys({}), []);
  });

  it("report names and cycles, from what is shared to what is dedicated, only if the prefix is known", () => {
    const known = ["useCases.one", "useCases.two"]; // not in the folder of use cases
    const values = {
      pachyderm: { project: "P?", namespace: "seldon" },
      seldon: { namespace: "seldon", detectorNamespace: "seldon-sentiment-analysis" },
      useCases: { one: {}, two: {}, "sentiment-analysis": { dedicated: { namespace: true } } },
    };
    assert.deepEqual(keys(values), known);
    assert.deepEqual(keys({ ...values, namePrefix: "" }), [
      ...known,
      "seldon.namespace",
      "pachyderm.project",
      "useCases.one",
      "useCases.two",
      "useCases.sentiment-analysis.dedicated.namespace",
    ]);
  });
});
