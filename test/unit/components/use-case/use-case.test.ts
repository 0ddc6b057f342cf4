import assert from "node:assert/strict";
import { PipelineSecret, SeldonNamespace, UseCase, type UseCaseArgs } from "../../../../components";
import { imageClassification } from "../../../../use-cases/image-classification";
import { named, record } from "../../../support/program-recorder";
import { credentials } from "../../../support/stack-config";

const make = (changes: Partial<UseCaseArgs> = {}) =>
  record(() => {
    const values = { ...credentials, sel_namespace: "seldon" };
    const secret = new PipelineSecret("pipelines", { namespace: "default", values });
    const platform = {
      secret,
      namespace: new SeldonNamespace("seldon", {}),
      detectBucketUri: "gs://determined-seldon-detector",
    };
    new UseCase("dogs", { ...imageClassification, ...platform, ...changes });
  });

const running = { state: "PIPELINE_RUNNING", version: 1 };

describe("UseCase", () => {
  it("creates repo and pipelines in order: data, training, deployment", async () => {
    const recording = await make();
    const repo = named(recording, "dogs-data");
    const training = named(recording, "dogs-training-pipeline");
    const deployment = named(recording, "dogs-deployment-pipeline");
    assert.equal(repo.type, "pachyderm:index:Repo");
    assert.deepEqual(repo.inputs, { name: "dogs-and-cats" });
    assert.ok(training.dependencies.includes(repo.urn));
    assert.ok(deployment.dependencies.includes(training.urn));
  });

  it("protects data and models, unless they may be lost or leave the stack", async () => {
    const ends = async (args: Partial<UseCaseArgs>) => {
      const recording = await make(args);
      const { protect, retainOnDelete } = named(recording, "dogs-data");
      const models = named(recording, "dogs-training-pipeline");
      const { protect: serves } = named(recording, "dogs-deployment-pipeline");
      assert.equal(serves, models.protect);
      return [protect, retainOnDelete, models.protect, models.inputs.keepRepoOnDelete ?? false];
    };
    const kept = { data: { repo: "dogs-and-cats", keep: true } };
    assert.deepEqual(await ends({}), [true, true, true, true]);
    assert.deepEqual(await ends({ disposable: true }), [false, false, false, false]);
    assert.deepEqual(await ends(kept), [false, true, false, true]);
    assert.deepEqual(await ends({ ...kept, disposable: true }), [false, true, false, true]);
  });

  it("reads an existing repo instead of its own, without owning it", async () => {
    const data = { repo: "theirs", existing: true, project: "default" };
    const recording = await make({ data });
    assert.equal(
      recording.registrations.some(({ type }) => type === "pachyderm:index:Repo"),
      false,
    );
    assert.deepEqual(recording.reads, [
      { type: "pachyderm:index:Repo", name: "dogs-data", id: "default/theirs" },
    ]);
    await assert.rejects(
      make({ data: { ...data, project: undefined } }),
      /data\.project is missing/,
    );
    const { spec } = named(recording, "dogs-training-pipeline").inputs;
    assert.equal((spec as { input: { pfs: { repo: string } } }).input.pfs.repo, "theirs");
  });

  it("reads an existing repo through its own branch, and says how to put data there", async () => {
    const ownBranch = { name: "pr-12-dogs", fromBranch: "master" };
    const data = { repo: "theirs", existing: true, project: "default", ownBranch };
    const recording = await make({ data });
    const branch = named(recording, "dogs-data-branch");
    assert.equal(branch.type, "pachyderm:index:Branch");
    assert.deepEqual(branch.inputs, { repo: "theirs", project: "default", ...ownBranch });
    const training = named(recording, "dogs-training-pipeline");
    assert.ok(training.dependencies.includes(branch.urn));
    const { pfs } = (training.inputs.spec as { input: { pfs: Record<string, string> } }).input;
    assert.deepEqual([pfs.repo, pfs.branch], ["theirs", "pr-12-dogs"]);
    const [, outputs] = recording.outputs.find(([urn]) => urn.endsWith("::dogs")) ?? [];
    assert.equal(
      outputs?.next,
      "pachctl put file theirs@pr-12-dogs:/ --project default --recursive --file FOLDER",
    );
  });

  it("deploys models from outside of the stack instead of training, through its own branch", async () => {
    const ownBranch = { name: "pr-12-dogs", fromBranch: "master" };
    const models = { repo: "dogs-and-cats-model", project: "default", ownBranch };
    const recording = await make({ models });
    const names = recording.registrations.map(({ name }) => name);
    for (const absent of ["dogs-data", "dogs-training", "dogs-training-pipeline"])
      assert.ok(!names.includes(absent), absent);
    const branch = named(recording, "dogs-models-branch");
    assert.deepEqual(branch.inputs, {
      repo: "dogs-and-cats-model",
      project: "default",
      ...ownBranch,
    });
    const deployment = named(recording, "dogs-deployment-pipeline");
    assert.ok(deployment.dependencies.includes(branch.urn));
    const { pfs } = (deployment.inputs.spec as { input: { pfs: Record<string, string> } }).input;
    assert.deepEqual([pfs.repo, pfs.branch], ["dogs-and-cats-model", "pr-12-dogs"]);
    const [, outputs] = recording.outputs.find(([urn]) => urn.endsWith("::dogs")) ?? [];
    assert.equal(outputs?.next, undefined);
    assert.equal(outputs?.modelRepo, "dogs-and-cats-model");
  });

  it("grants access to the data only to the given reader", async () => {
    const isBinding = ({ type }: { type: string }) => type === "pachyderm:index:RoleBinding";
    assert.equal((await make()).registrations.some(isBinding), false);
    const recording = await make({ data: { repo: "cats", reader: "robot:seldon" } });
    const binding = named(recording, "dogs-data-reader");
    assert.ok(isBinding(binding));
    assert.deepEqual(binding.inputs, {
      resourceType: "repo",
      repo: "cats",
      principal: "robot:seldon",
      roles: ["repoReader"],
      ignoreWhenAuthDisabled: true,
    });
    assert.ok(binding.dependencies.includes(named(recording, "dogs-data").urn));
  });

  it("also lets a reader read an existing repo", async () => {
    const data = { repo: "theirs", existing: true, project: "default", reader: "robot:seldon" };
    assert.equal(named(await make({ data }), "dogs-data-reader").inputs.repo, "theirs");
  });

  it("is the ancestor of everything that it creates", async () => {
    const recording = await make();
    const useCase = named(recording, "dogs").urn;
    for (const child of ["dogs-data", "dogs-training", "dogs-deployment"]) {
      assert.equal(named(recording, child).parent, useCase);
    }
  });

  it("outputs repos, pipelines and deployment, and the command that adds data", async () => {
    const recording = await make();
    assert.deepEqual(recording.outputs.find(([urn]) => urn.endsWith("::dogs"))?.[1], {
      dataRepo: "dogs-and-cats",
      dataStays: true,
      modelRepo: "dogs-and-cats-model",
      deploymentRepo: "dogs-and-cats-deploy",
      pipelines: {
        training: { name: "dogs-and-cats-model", ...running },
        deployment: { name: "dogs-and-cats-deploy", ...running },
      },
      deployment: { name: "dogcat-deploy", namespace: "seldon", state: "Absent", ready: false },
      next: "pachctl put file dogs-and-cats@master:/ --project default --recursive --file FOLDER",
    });
  });

  it("refuses a repo name that Pachyderm would refuse", async () => {
    await assert.rejects(make({ data: { repo: "dogs/cats" } }), {
      message:
        'UseCase "dogs": data.repo is "dogs/cats", which must consist of letters, digits, _ and -',
    });
  });
});
