import assert from "node:assert/strict";
import { checkSameNames, pipelineNames } from "../../../../config/checks/same-names";
import type { Values } from "../../../../config/schema";
import type { NamedUseCase, NamedUseCases } from "../../../../use-cases/definition";

const pipeline = (name: string, input: object = { pfs: { repo: "raw" } }) => ({
  spec: { pipeline: { name }, transform: { cmd: ["true"] }, input },
});
const cron = (name: string) => ({ cron: { name, spec: "@daily" } });

const check = (named: object, useCases: object = {}) =>
  checkSameNames({ useCases } as unknown as Partial<Values>, named as NamedUseCases).map(
    ({ path, text }) => [path.join("."), text],
  );

describe("things that use cases would create under one name", () => {
  it("are pipelines of any use cases", () => {
    assert.deepEqual(
      check({
        one: { pipelines: { first: pipeline("a") } },
        two: { pipelines: { second: pipeline("a"), third: pipeline("b"), fourth: pipeline("b") } },
      }),
      [
        [
          "useCases.two",
          'has the pipeline name "a", which one also has: change it in use-cases/two',
        ],
        ["useCases.two", 'has the pipeline name "b" twice: change it in use-cases/two'],
      ],
    );
  });

  it("are further repos with the name of a repo or pipeline", () => {
    assert.deepEqual(check({ one: { repos: { a: {} }, pipelines: { first: pipeline("a") } } }), [
      [
        "useCases.one",
        'has the repo "a", which is also the name of a repo of one; to read that repo, set existing for it in use-cases/one',
      ],
    ]);
  });

  it("are resources whose names become equal when their parts are joined", () => {
    const [problem, ...more] = check({
      one: { pipelines: { "b-c": pipeline("x") } },
      "one-b": { pipelines: { c: pipeline("y") } },
    });
    assert.deepEqual(problem, [
      "useCases.one-b",
      'has a pipeline "c" whose resource would have the same name (one-b-c-pipeline) as "b-c" of one: change one of the keys',
    ]);
    assert.deepEqual(more, []);
  });

  it("are the repos of schedules, because Pachyderm cannot delete one of two readers", () => {
    const [problem] = check({
      one: {
        pipelines: {
          first: pipeline("a", { cross: [cron("tick")] }),
          second: pipeline("a_tick"),
        },
      },
    });
    assert.match(problem?.[1] ?? "", /"a_tick" twice/);
  });

  it("do not include those in different places or of a deferred training", () => {
    assert.deepEqual(check({ one: { pipelines: { first: pipeline("a") } }, two: {} }), []);
    const deferred = { training: { name: "a", defer: true }, deployment: { name: "b" } };
    assert.deepEqual(pipelineNames(deferred as unknown as NamedUseCase), ["b"]);
  });
});
