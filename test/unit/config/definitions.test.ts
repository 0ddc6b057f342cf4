import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { definitionProblems, requireDefinitions } from "../../../config/definitions";
import { useCases } from "../../../use-cases";
import { imageClassification } from "../../../use-cases/image-classification";

/** The problems of a definition that differs from a good one. */
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
  it("are right as they are", () => {
    assert.deepEqual(definitionProblems(useCases), []);
  });

  it("are refused without a required key, by its path and with what it takes", () => {
    assert.deepEqual(
      problems((definition) => delete definition.data),
      ["use-cases/mine: data is missing; expected a block of keys"],
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

  it("are refused with a misspelled key, which names the one that was meant", () => {
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

  it("may set only those fields of the spec that no other key fills, in either spelling", () => {
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

  it("are refused with values of the wrong kind; what is known only later passes", () => {
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
      "use-cases/mine is missing; expected a block of keys",
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
});
