import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { definitionProblems, requireDefinitions } from "../../../config/definitions";
import { useCases } from "../../../use-cases";
import { imageClassification } from "../../../use-cases/image-classification";

/** The problems of a definition that differs from a valid one. */
const problems = (change: (definition: Record<string, Record<string, unknown>>) => void) => {
  const definition = structuredClone(imageClassification) as unknown as Record<
    string,
    Record<string, unknown>
  >;
  change(definition);
  return definitionProblems({ mine: definition });
};
const block = (definition: Record<string, Record<string, unknown>>, key: string) =>
  definition[key] ?? assert.fail(key);

describe("the definitions of use cases", () => {
  it("are valid", () => {
    assert.deepEqual(definitionProblems(useCases), []);
  });

  it("are refused without a required key, with its path and the expected value", () => {
    assert.deepEqual(
      problems((definition) => delete definition.data),
      ["use-cases/mine: data is missing; training requires it"],
    );
    assert.deepEqual(
      problems((definition) => delete block(definition, "deployment").name),
      ["use-cases/mine: deployment.name is missing; expected the name of a pipeline"],
    );
    const required = {
      data: ["repo"],
      training: ["name", "image", "gitUrl", "model"],
      deployment: ["name", "image", "deployName", "servingImage"],
    };
    for (const [part, keys] of Object.entries(required))
      for (const key of keys) {
        const [problem, ...others] = problems((definition) => delete block(definition, part)[key]);
        assert.match(
          problem ?? "",
          new RegExp(`^use-cases/mine: ${part}\\.${key} is missing; exp`),
        );
        assert.deepEqual(others, []);
      }
  });

  it("are refused with a misspelled key, with a suggestion", () => {
    const misspelled = problems((definition) => {
      const training = block(definition, "training");
      training.giturl = training.gitUrl;
      delete training.gitUrl;
      block(definition, "deployment").secretkeys = ["det_master"];
    });
    assert.deepEqual(misspelled.sort(), [
      "use-cases/mine: deployment.secretkeys is not a valid key; did you mean secretKeys?",
      "use-cases/mine: training.gitUrl is missing; expected the URL of a Git repository",
      "use-cases/mine: training.giturl is not a valid key; did you mean gitUrl?",
    ]);
    assert.deepEqual(definitionProblems({ mine: { ...imageClassification, trianing: {} } }), [
      "use-cases/mine: trianing is not a valid key; did you mean training?",
    ]);
  });

  it("can set only those fields of the spec that no other key sets, in either spelling", () => {
    const withSpec = (spec: Record<string, unknown>) =>
      problems((definition) => {
        block(definition, "training").spec = spec;
      });
    assert.deepEqual(withSpec({ podPatch: [], resource_requests: { cpu: 1 } }), []);
    assert.deepEqual(withSpec({ input: { pfs: { repo: "x" } } }), [
      "use-cases/mine: training.spec.input is set by other keys: set `data.repo`, `branch` or `glob`",
    ]);
    for (const key of ["pipeline", "description", "transform"])
      assert.match(withSpec({ [key]: {} })[0] ?? "", /is set by other keys/);
    assert.deepEqual(withSpec({ resourceRequest: {} }), [
      "use-cases/mine: training.spec.resourceRequest is not a field of the pipeline spec; did you mean resourceRequests?",
    ]);
  });

  it("are refused with values of the wrong type, unless the value is known only later", () => {
    assert.deepEqual(
      problems((definition) => {
        block(definition, "deployment").detectBatchSize = "4";
        block(definition, "training").image = "";
        block(definition, "training").model = pulumi.output("m");
      }).sort(),
      [
        'use-cases/mine: deployment.detectBatchSize is "4"; expected a whole number, 1 or more',
        'use-cases/mine: training.image is ""; expected the name of a container image',
      ],
    );
    assert.deepEqual(definitionProblems({ mine: undefined }), [
      "use-cases/mine is missing; expected an object",
    ]);
  });

  it("are all reported in one message, without a stack trace", () => {
    const broken = { one: { ...imageClassification, data: undefined }, two: undefined };
    assert.throws(
      () => requireDefinitions(broken),
      (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.match(
          error.message,
          /^The use cases' definitions have 2 problems:\n {2}use-cases\/one: data is missing.*\n {2}use-cases\/two is missing/,
        );
        return true;
      },
    );
  });

  /** The problems of a definition with one further pipeline, and maybe others. */
  const furtherProblems = (pipeline: object, more: object = {}) =>
    definitionProblems({ mine: { pipelines: { report: pipeline }, ...more } });
  const spec = {
    pipeline: { name: "report" },
    transform: { image: "report:1", cmd: ["sh"] },
    input: {
      cross: [{ pfs: { repo: "a", glob: "/" } }, { cron: { name: "tick", spec: "@daily" } }],
    },
  };

  it("can have only further pipelines, or a training without a deployment in addition", () => {
    assert.deepEqual(furtherProblems({ spec }), []);
    const { data, training } = imageClassification;
    const all = { data, training, repos: { a: {}, b: { existing: true, description: "b" } } };
    assert.deepEqual(furtherProblems({ spec, secretKeys: ["k"], reprocess: "1" }, all), []);
    assert.deepEqual(definitionProblems({ mine: { data, training } }), []);
  });

  it("require a pipeline, and the parts that other parts depend on", () => {
    const { data, training, deployment } = imageClassification;
    for (const [definition, ...expected] of [
      [{}, "use-cases/mine has no pipeline; expected training or pipelines"],
      [{ pipelines: {} }, "use-cases/mine: pipelines is empty; expected training or a pipeline"],
      [
        { data, pipelines: { report: { spec } } },
        "use-cases/mine: data requires training; for other repos, set repos",
      ],
      [
        { deployment, pipelines: { report: { spec } } },
        "use-cases/mine: deployment requires training, whose models it deploys",
      ],
      [{ training }, "use-cases/mine: data is missing; training requires it"],
    ] as const)
      assert.deepEqual(definitionProblems({ mine: definition }), expected);
  });

  it("are refused with a misspelled or missing field of a further pipeline's spec, by its path", () => {
    const path = "use-cases/mine: pipelines.report";
    assert.deepEqual(furtherProblems({}), [`${path}.spec is missing; expected an object`]);
    assert.deepEqual(furtherProblems({ spec, secretkeys: [] }), [
      `${path}.secretkeys is not a valid key; did you mean secretKeys?`,
    ]);
    assert.deepEqual(furtherProblems({ spec: { ...spec, input: undefined, transfrom: {} } }), [
      `${path}.spec.transfrom is not a valid field here; did you mean transform?`,
    ]);
    const input = { join: [{ pfs: { repo: "a", glob: "/", join_onn: "$1" } }] };
    assert.deepEqual(furtherProblems({ spec: { ...spec, input } }), [
      `${path}.spec.input.join[0].pfs.join_onn is not a valid field here; did you mean join_on?`,
    ]);
    assert.deepEqual(furtherProblems({ spec: { ...spec, pipeline: {} } }), [
      `${path}.spec.pipeline.name is required`,
    ]);
    assert.deepEqual(furtherProblems({ spec: { ...spec, autoscaling: "yes" } }), [
      `${path}.spec.autoscaling must be true or false, found "yes"`,
    ]);
  });

  it("cannot set a further pipeline's project, or use Outputs for the names in its spec", () => {
    const path = "use-cases/mine: pipelines.report.spec";
    const pipeline = { name: "report", project: { name: "team" } };
    assert.deepEqual(furtherProblems({ spec: { ...spec, pipeline } }), [
      `${path}.pipeline.project is set by pachyderm.project in the stack's configuration: remove it`,
    ]);
    const late = pulumi.output("x");
    const pfs = { repo: late, glob: "/" };
    assert.deepEqual(furtherProblems({ spec: { ...spec, input: { union: [{ pfs }] } } }), [
      `${path}.input.union[0].pfs.repo is an Output or a Promise; expected a plain value`,
    ]);
    for (const key of ["pipeline", "input", "transform"])
      assert.deepEqual(furtherProblems({ spec: { ...spec, [key]: late } }), [
        `${path}.${key} is an Output or a Promise; expected a plain value`,
      ]);
    const transform = { ...spec.transform, env: { A: late } };
    assert.deepEqual(furtherProblems({ spec: { ...spec, transform, description: late } }), []);
  });

  it("cannot use the keys of other parts for further pipelines and repos", () => {
    const keyed = (key: string) => definitionProblems({ mine: { pipelines: { [key]: { spec } } } });
    assert.deepEqual(keyed("training"), [
      "use-cases/mine: pipelines.training has the key of another part of the use case: rename it",
    ]);
    assert.deepEqual(keyed("a b"), [
      'use-cases/mine: pipelines["a b"] is not a valid key; expected letters, digits, _ and -',
    ]);
    assert.deepEqual(furtherProblems({ spec }, { repos: { "a b": {} } }), [
      'use-cases/mine: repos["a b"] is a name that must consist of letters, digits, _ and -',
    ]);
  });
});
