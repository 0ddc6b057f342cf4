import assert from "node:assert/strict";
import { record, type Settings, wholeProgram } from "../support/program-recorder";
import { complete, secretKeys, stackConfig } from "../support/stack-config";

const DOGS = "image-classification";
const FINBERT = "sentiment-analysis";

/** The outputs of the stack with these use cases. */
async function outputsOf(useCases: object, settings: Settings = {}) {
  const config = stackConfig({ useCases });
  const recording = await record(wholeProgram, { config, secretKeys, ...settings });
  return recording.outputs.find(([urn]) => urn.includes("pulumi:pulumi:Stack::"))?.[1] ?? {};
}

/** The number of lines in which the engine shows them: a map adds one for each of its braces. */
function lines(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum, part) => sum + lines(part), 2);
}

describe("the stack's outputs", () => {
  const both = { [DOGS]: {}, [FINBERT]: {} };
  const { PULUMI_BACKEND_URL } = process.env;

  beforeEach(() => {
    process.env.PULUMI_BACKEND_URL = "gs://my-state-bucket";
  });
  afterEach(() => {
    if (PULUMI_BACKEND_URL === undefined) delete process.env.PULUMI_BACKEND_URL;
    else process.env.PULUMI_BACKEND_URL = PULUMI_BACKEND_URL;
  });

  it("are few: each command separately, and the status of each use case", async () => {
    const call: Settings["call"] = ({ inputs }) => ({ ...inputs, bucketObjects: [] });
    const outputs = await outputsOf(both, { call });
    assert.deepEqual(outputs, {
      detectorBucket: "gs://determined-seldon-detector",
      pipelineSecret: "pipeline-secret",
      seldonNamespace: "seldon",
      useCases: {
        [DOGS]: "training PIPELINE_RUNNING, deployment PIPELINE_RUNNING, model Absent",
        [FINBERT]: "training PIPELINE_RUNNING, deployment PIPELINE_RUNNING, model Absent",
      },
      upload: "gcloud storage rsync --recursive seldon gs://determined-seldon-detector/seldon",
      [`train-${DOGS}`]:
        "pachctl put file dogs-and-cats@master:/ --project default --recursive --file FOLDER",
      [`train-${FINBERT}`]:
        "pachctl put file finbert-data@master:/ --project default --recursive --file FOLDER",
    });
    assert.ok(lines(outputs) <= 12, `${lines(outputs)} lines`);
  });

  it("have the stack's page on Pulumi Cloud, which refers only to outputs that every stack has", async () => {
    process.env.PULUMI_BACKEND_URL = "https://api.pulumi.com";
    const { readme, ...outputs } = await outputsOf({});
    const referred = [...String(readme).matchAll(/\$\{outputs\.([^}]+)\}/g)].map(
      ([, name]) => name,
    );
    assert.ok(referred.length > 3);
    for (const name of referred) assert.equal(typeof outputs[name ?? ""], "string", name);
  });

  it("do not include an upload if nothing is missing", async () => {
    assert.equal((await outputsOf(both)).upload, "");
  });

  it("have a command for the dedicated bucket of a use case", async () => {
    const call: Settings["call"] = ({ inputs }) => ({ ...inputs, bucketObjects: [] });
    const outputs = await outputsOf({ ...both, [DOGS]: { dedicated: { bucket: true } } }, { call });
    const bucket = `${complete.detectorBucket.name}-${DOGS}`;
    assert.equal(
      outputs[`upload-${DOGS}`],
      `gcloud storage rsync --recursive seldon gs://${bucket}/seldon`,
    );
    assert.deepEqual(
      Object.keys(outputs)
        .filter((name) => name.startsWith("upload"))
        .sort(),
      ["upload", `upload-${DOGS}`],
    );
  });

  it("are those of the platform if no use case is selected", async () => {
    assert.deepEqual(Object.keys(await outputsOf({})).sort(), [
      "detectorBucket",
      "pipelineSecret",
      "seldonNamespace",
      "upload",
      "useCases",
    ]);
  });
});
