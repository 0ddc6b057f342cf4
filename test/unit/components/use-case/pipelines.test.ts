import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  DeploymentPipeline,
  type DeploymentPipelineArgs,
  PipelineSecret,
  SeldonNamespace,
  TrainingPipeline,
  type TrainingPipelineArgs,
} from "../../../../components";
import { UNKNOWN_ON_THE_WIRE } from "../../../../providers/kit/values";
import { named, type Recording, record } from "../../../support/program-recorder";
import { isWireSecret } from "../../../support/wire";

const values = {
  det_master: "m",
  det_user: "u",
  det_password: "p",
  pac_token: "",
  sel_url: "s",
  sel_secret: "c",
  sel_namespace: "n",
};
const makeNamespace = () => new SeldonNamespace("seldon", {});
const makeSecret = () => new PipelineSecret("pipelines", { namespace: "default", values });

const minimalTraining = {
  name: "model",
  image: "train:1",
  dataRepo: "data",
  gitUrl: "https://example.com/a.git",
  model: "m",
};
const minimalDeployment = {
  name: "deploy",
  image: "deploy:1",
  modelRepo: "model",
  deployName: "d",
  detectBucketUri: "gs://b",
  servingImage: "serve:1",
};

function train(args: Partial<TrainingPipelineArgs> = {}): Promise<Recording> {
  return record(() => {
    new TrainingPipeline("t", { ...minimalTraining, secret: makeSecret(), ...args });
  });
}

function deploy(args: Partial<DeploymentPipelineArgs> = {}): Promise<Recording> {
  return record(() => {
    const platform = { secret: makeSecret(), namespace: makeNamespace() };
    new DeploymentPipeline("d", { ...minimalDeployment, ...platform, ...args });
  });
}

interface Spec extends Record<string, unknown> {
  readonly input: { readonly pfs: Record<string, unknown> };
  readonly transform: { readonly stdin: string[]; readonly secrets: { key: string }[] };
}

function spec(recording: Recording, name: string): Spec {
  return named(recording, name).inputs.spec as Spec;
}

describe("TrainingPipeline", () => {
  it("has the defaults of the original for omitted arguments", async () => {
    const { input, transform } = spec(await train(), "t-pipeline");
    assert.deepEqual(input.pfs, {
      name: "data",
      repo: "data",
      branch: "master",
      glob: "/",
      empty_files: true,
    });
    assert.deepEqual(transform.stdin, [
      "python train.py --git-url https://example.com/a.git --git-ref master --config const.yaml --repo data --model m",
    ]);
  });

  it("quotes arguments, and adds further ones at the end", async () => {
    const { transform } = spec(
      await train({ subDir: "my folder", extraArgs: ["--note", "it's"] }),
      "t-pipeline",
    );
    assert.deepEqual(transform.stdin, [
      "python train.py --git-url https://example.com/a.git --git-ref master --sub-dir 'my folder' --config const.yaml --repo data --model m --note 'it'\\''s'",
    ]);
  });

  it("restarts with the keys that it uses, and no others", async () => {
    const { inputs } = named(await train({ secretKeys: ["det_user", "sel_url"] }), "t-pipeline");
    const triggers = inputs.restartTriggers as Record<string, unknown>;
    assert.deepEqual(Object.keys(triggers).sort(), ["det_user", "sel_url"]);
    assert.ok(Object.values(triggers).every(isWireSecret));
    assert.deepEqual((inputs.spec as Spec).transform.secrets, [
      { name: "pipeline-secret", key: "det_user", env_var: "DET_USER" },
      { name: "pipeline-secret", key: "sel_url", env_var: "SEL_URL" },
    ]);
  });

  it("depends on the Secret, is the pipeline's parent and outputs its names", async () => {
    const recording = await train();
    const component = named(recording, "t");
    const pipeline = named(recording, "t-pipeline");
    assert.equal(pipeline.type, "pachyderm:index:Pipeline");
    assert.equal(pipeline.parent, component.urn);
    assert.ok(pipeline.dependencies.includes(named(recording, "pipelines-secret").urn));
    assert.deepEqual(recording.outputs.find(([urn]) => urn === component.urn)?.[1], {
      name: "model",
      project: "default",
      outputRepo: "model",
      status: { name: "model", state: "PIPELINE_RUNNING", version: 1 },
    });
  });

  it("keeps the known parts of the spec if an argument is not known yet", async () => {
    const recording = await record(
      () => {
        // a value that no provider has returned is unknown in a preview
        class Late extends pulumi.CustomResource {
          declare readonly image: pulumi.Output<string>;
        }
        const late = new Late("test:index:Late", "late", { image: undefined });
        new TrainingPipeline("t", { ...minimalTraining, secret: makeSecret(), image: late.image });
      },
      { preview: true },
    );
    const { transform, pipeline } = spec(recording, "t-pipeline") as Spec & { pipeline: unknown };
    assert.deepEqual(pipeline, { name: "model" });
    assert.equal((transform as unknown as { image: string }).image, UNKNOWN_ON_THE_WIRE);
    assert.match(transform.stdin[0] ?? "", /^python train\.py /);
  });

  const refusals: [string, Partial<TrainingPipelineArgs>, string][] = [
    [
      "a name that Pachyderm would refuse",
      { name: "a.b" },
      'TrainingPipeline "t": name is "a.b", which must consist of letters, digits, _ and -',
    ],
    [
      "a key that the Secret lacks",
      { secretKeys: ["hf_token"] },
      'the pipeline Secret has no key "hf_token"; expected one of det_master, det_user, det_password, pac_token, sel_url, sel_secret, sel_namespace',
    ],
    [
      "a key that makes no variable",
      { secretKeys: ["hf-token"] },
      'TrainingPipeline "t": secretKeys has "hf-token", which is not valid as an environment variable: use letters, digits and _',
    ],
  ];
  for (const [title, args, message] of refusals) {
    it(`refuses ${title}`, () => assert.rejects(train(args), { message }));
  }
});

describe("DeploymentPipeline", () => {
  it("has the defaults of the original for omitted arguments", async () => {
    const { input, transform } = spec(await deploy(), "d-pipeline");
    assert.deepEqual(input.pfs, { name: "data", repo: "model", branch: "master", glob: "/" });
    assert.deepEqual(transform.stdin, [
      "python deploy.py --deploy-name d --detect-bucket-uri gs://b --detect-batch-size 4 --serving-image serve:1",
    ]);
  });

  it("owns what deploy.py creates, which is deleted after the pipeline and before the namespace", async () => {
    const recording = await deploy();
    const deployed = named(recording, "d-deployed");
    assert.equal(deployed.type, "seldon:index:DeploymentCleanup");
    assert.deepEqual(deployed.inputs, {
      name: "d",
      namespace: "seldon",
      detectorNamespace: "seldon-logs",
    });
    assert.equal(deployed.parent, named(recording, "d").urn);
    assert.ok(named(recording, "d-pipeline").dependencies.includes(deployed.urn));
    assert.ok(deployed.dependencies.includes(named(recording, "seldon-namespace").urn));
  });

  const refusals: [string, Partial<DeploymentPipelineArgs>, string][] = [
    [
      "a deployment name that is too long",
      { deployName: "d".repeat(54) },
      `deployName is "${"d".repeat(54)}", which is 54 characters long, but at most 53 are allowed`,
    ],
    [
      "a bucket without scheme",
      { detectBucketUri: "bucket" },
      'detectBucketUri is "bucket", which is not a bucket URL; expected gs://NAME',
    ],
    [
      "an image with a blank",
      { image: "deploy :1" },
      'image is "deploy :1", which contains a space; expected one such as registry.example.com/team/train:1.0',
    ],
    [
      "half a request",
      { detectBatchSize: 0.5 },
      "detectBatchSize is 0.5, which is not a whole number greater than 0",
    ],
  ];
  for (const [title, args, message] of refusals) {
    it(`refuses ${title}`, () =>
      assert.rejects(deploy(args), { message: `DeploymentPipeline "d": ${message}` }));
  }
});
