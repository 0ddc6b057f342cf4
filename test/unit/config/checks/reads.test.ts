import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readConfig } from "../../../../config";
import { named, record, wholeProgram } from "../../../support/program-recorder";
import { secretKeys, stackConfig } from "../../../support/stack-config";

const NAME = "image-classification";
const KEY = `pachyderm-seldon:useCases.${NAME}`;
const COMMIT = "0123456789abcdef0123456789abcdef";

const configured = (useCase: object, more: Record<string, unknown> = {}) =>
  stackConfig({ namePrefix: "pr-12-", useCases: { [NAME]: useCase }, ...more });

function refusal(useCase: object, more: Record<string, unknown> = {}): string {
  pulumi.runtime.setAllConfig(configured(useCase, more), secretKeys);
  try {
    readConfig();
  } catch (error) {
    assert.ok(pulumi.RunError.isInstance(error), `no RunError: ${error}`);
    return (error as Error).message;
  }
  return assert.fail("the configuration was accepted");
}

const run = (useCase: object) => record(wholeProgram, { config: configured(useCase), secretKeys });

describe("a use case on the data of another environment", () => {
  it("reads a branch with the stack's prefix, at the head of the other environment's branch", async () => {
    const recording = await run({ data: { existing: true, branch: "master" } });
    assert.deepEqual(named(recording, `${NAME}-data-branch`).inputs, {
      name: `pr-12-${NAME}`,
      repo: "dogs-and-cats",
      project: "default",
      fromBranch: "master",
    });
    const { spec } = named(recording, `${NAME}-training-pipeline`).inputs as {
      spec: { pipeline: object; input: { pfs: { repo: string; branch: string } } };
    };
    assert.equal(spec.input.pfs.repo, "dogs-and-cats");
    assert.equal(spec.input.pfs.branch, `pr-12-${NAME}`);
  });

  it("reads it at a commit", async () => {
    const recording = await run({ data: { existing: true, commit: COMMIT } });
    const { inputs } = named(recording, `${NAME}-data-branch`);
    assert.equal(inputs.commit, COMMIT);
    assert.equal(inputs.fromBranch, undefined);
  });

  it("refuses conflicting settings, each with the command that fixes it", () => {
    assert.equal(
      refusal({ data: { branch: "master" } }),
      `${KEY}.data.branch requires data.existing, because a repo that the stack creates has no data ` +
        `yet: \`pulumi config set --path useCases.${NAME}.data.existing true\``,
    );
    assert.equal(
      refusal({ data: { existing: true, branch: "master", commit: COMMIT } }),
      `${KEY}.data.commit conflicts with data.branch: set only one of them (to remove it: ` +
        `\`pulumi config rm --path useCases.${NAME}.data.commit\`)`,
    );
    assert.match(
      refusal({ data: { existing: true, commit: "master" } }),
      /data\.commit is "master"; it must have 32 hexadecimal digits/,
    );
    assert.match(
      refusal({ data: { existing: true, branch: "a/b" } }),
      /data\.branch is "a\/b"; it must consist of/,
    );
  });

  it("refuses a branch of a repo that this stack creates", () => {
    const useCases = {
      [NAME]: {},
      "sentiment-analysis": { data: { repo: "dogs-and-cats", existing: true, branch: "master" } },
    };
    assert.equal(
      refusal({}, { useCases }),
      "pachyderm-seldon:useCases.sentiment-analysis.data.branch requires a repo of another stack, " +
        `but ${NAME} of this stack creates dogs-and-cats (to remove it: \`pulumi config rm --path ` +
        "useCases.sentiment-analysis.data.branch`)",
    );
  });
});

describe("a use case that defers its training", () => {
  it("deploys the models of the pipeline without prefix, and has no data, training or train command", async () => {
    const recording = await run({ training: { defer: true } });
    const names = recording.registrations.map(({ name }) => name);
    for (const absent of ["data", "data-reader", "training", "training-pipeline"])
      assert.ok(!names.includes(`${NAME}-${absent}`), absent);
    assert.deepEqual(named(recording, `${NAME}-models-branch`).inputs, {
      name: `pr-12-${NAME}`,
      repo: "dogs-and-cats-model",
      project: "default",
      fromBranch: "master",
    });
    const { spec } = named(recording, `${NAME}-deployment-pipeline`).inputs as {
      spec: { pipeline: { name: string }; input: { pfs: { repo: string; branch: string } } };
    };
    assert.equal(spec.pipeline.name, "pr-12-dogs-and-cats-deploy");
    assert.equal(spec.input.pfs.repo, "dogs-and-cats-model");
    assert.equal(spec.input.pfs.branch, `pr-12-${NAME}`);
    const outputs =
      recording.outputs.find(([urn]) => urn.includes("pulumi:pulumi:Stack::"))?.[1] ?? {};
    assert.ok(!(`train-${NAME}` in outputs));
    assert.match(JSON.stringify(outputs.useCases), /no training, deployment/);
  });

  it("requires a prefix, and refuses what only a training uses", () => {
    assert.equal(
      refusal({ training: { defer: true } }, { namePrefix: "" }),
      `${KEY}.training.defer requires namePrefix, which distinguishes this stack's pipelines from those ` +
        "that it defers to: `pulumi config set namePrefix pr-12-`",
    );
    const message = refusal({ data: { existing: true }, training: { defer: true, gitRef: "v2" } });
    for (const key of ["data.existing", "training.gitRef"]) {
      assert.ok(
        message.includes(
          `${KEY}.${key} has no effect, because training.defer disables training (to ` +
            `remove it: \`pulumi config rm --path useCases.${NAME}.${key}\`)`,
        ),
        message,
      );
    }
  });
});
