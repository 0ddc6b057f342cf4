import assert from "node:assert/strict";
import { checkCircles } from "../../../../config/checks/circles";
import type { NamedUseCase, NamedUseCases } from "../../../../use-cases/definition";

const further = (name: string, repo: string) => ({
  spec: { pipeline: { name }, transform: { cmd: ["true"] }, input: { pfs: { repo } } },
});

const problems = (named: Record<string, Partial<NamedUseCase>>) =>
  checkCircles(named as NamedUseCases, {}).map(({ path, text }) => [path.join("."), text]);

describe("pipelines and use cases that read each other", () => {
  it("have no problem if one only reads the output of another", () => {
    assert.deepEqual(
      problems({
        one: { pipelines: { first: further("a", "raw"), second: further("b", "a") } },
        two: { pipelines: { third: further("c", "b") } },
      }),
      [],
    );
  });

  it("are reported within a use case, with the cycle", () => {
    assert.deepEqual(
      problems({ one: { pipelines: { first: further("a", "b"), second: further("b", "a") } } }),
      [
        [
          "useCases.one",
          "cannot be created: pipelines cannot read each other in a cycle: pipelines.first reads pipelines.second reads pipelines.first",
        ],
      ],
    );
  });

  it("are reported between use cases, each of which has the problem", () => {
    const found = problems({
      one: { pipelines: { first: further("a", "b") } },
      two: { pipelines: { second: further("b", "a") } },
    });
    assert.deepEqual(found, [
      [
        "useCases.one",
        'cannot be created: pipelines.first reads "b", but use cases cannot read each other in a cycle: one reads two reads one',
      ],
      [
        "useCases.two",
        'cannot be created: pipelines.second reads "a", but use cases cannot read each other in a cycle: two reads one reads two',
      ],
    ]);
  });
});
