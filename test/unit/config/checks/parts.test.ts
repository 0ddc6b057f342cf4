import assert from "node:assert/strict";
import { checkParts } from "../../../../config/checks/parts";
import type { Values } from "../../../../config/schema";
import type { NamedUseCases } from "../../../../use-cases/definition";

/** A use case with one further pipeline, and overrides as in a stack file. */
function problems(overrides: object) {
  const named = { one: { pipelines: { clean: { spec: { pipeline: { name: "clean" } } } } } };
  const values = { useCases: { one: overrides } } as unknown as Partial<Values>;
  return checkParts(values, named as unknown as NamedUseCases).map(({ path, text }) => [
    path.join("."),
    text.replace(/ \(to remove it: .*\)$/, ""),
  ]);
}

describe("settings of parts that a use case does not have", () => {
  it("are refused by their keys", () => {
    assert.deepEqual(
      problems({
        training: { image: "a:2" },
        deployment: {},
        data: { repo: "x", keep: true },
        dedicated: { bucket: true, namespace: false },
      }),
      [
        ["useCases.one.training", "has no effect, because use-cases/one has no training"],
        ["useCases.one.deployment", "has no effect, because use-cases/one has no deployment"],
        ["useCases.one.data.repo", "has no effect, because use-cases/one has no training"],
        ["useCases.one.dedicated.bucket", "has no effect, because use-cases/one has no deployment"],
      ],
    );
  });

  it("are refused for a pipeline with an unknown name, with a suggestion", () => {
    assert.deepEqual(problems({ pipelines: { clean: {}, cleann: {} } }), [
      [
        "useCases.one.pipelines.cleann",
        "is not one of the pipelines in use-cases/one; did you mean clean?",
      ],
    ]);
  });

  it("do not include those that it has", () => {
    assert.deepEqual(problems({ pipelines: { clean: {} }, data: { keep: true } }), []);
  });
});
