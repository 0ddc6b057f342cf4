import assert from "node:assert/strict";
import type { ValueMap } from "../../../../../providers/kit/values";
import {
  type StackAdditions,
  takeDeployment,
  takeTraining,
} from "../../../../../scripts/adopt/definition/take-apart";
import { imageClassification } from "../../../../../use-cases/image-classification";
import { sentimentAnalysis } from "../../../../../use-cases/sentiment-analysis";
import { golden } from "../../../../support/golden";

const additions: StackAdditions = {
  prefix: "",
  project: "default",
  secret: "pipeline-secret",
  detectBucketUri: "gs://determined-seldon-detector",
};

const spec = (name: string) => golden(name) as ValueMap;
const train = spec("dogs-and-cats-model");
const deploy = spec("dogs-and-cats-deploy");

/** A spec with a different shell line. */
function withLine(from: ValueMap, change: (line: string) => string): ValueMap {
  const { transform } = from as { transform: { stdin: string[] } };
  const stdin = [change(transform.stdin[0] ?? "")];
  return { ...from, transform: { ...transform, stdin } } as unknown as ValueMap;
}

describe("a pipeline that runs train.py or deploy.py", () => {
  it("is split into the parameters of this repository's use cases", async () => {
    const found = await takeTraining(train, additions);
    assert.deepEqual(found, {
      training: imageClassification.training,
      dataRepo: imageClassification.data?.repo,
    });
    const { detectorCredentials: _, ...deployment } = imageClassification.deployment ?? {};
    assert.deepEqual(await takeDeployment(deploy, additions), {
      deployment,
      modelRepo: "dogs-and-cats-model",
      detectBucketUri: "gs://determined-seldon-detector",
    });
    assert.deepEqual(
      (await takeTraining(spec("finbert-train"), additions))?.training,
      sentimentAnalysis.training,
    );
  });

  it("has the differing keys of the Secret, arguments and fields as further ones", async () => {
    const { transform } = train as { transform: { secrets: object[] } };
    const other = { name: "pipeline-secret", key: "hf_token", envVar: "HF_TOKEN" };
    const secrets = [...transform.secrets, other];
    const changed = withLine(
      { ...train, autoscaling: true, transform: { ...transform, secrets } } as unknown as ValueMap,
      (line) => `${line} --name 'a b'`,
    );
    const found = await takeTraining(changed, additions);
    assert.deepEqual(found?.training, {
      ...imageClassification.training,
      secretKeys: ["det_master", "det_user", "det_password", "pac_token", "hf_token"],
      extraArgs: ["--name", "a b"],
      spec: { autoscaling: true },
    });
  });

  it("loses the stack's prefix", async () => {
    const own = { ...additions, prefix: "dogs-" };
    const found = await takeTraining(train, own);
    assert.equal(found?.training.name, "and-cats-model");
    assert.equal(found?.training.model, "and-cats");
    assert.equal(await takeTraining(train, { ...additions, prefix: "pr-1-" }), undefined);
  });

  it("is not split if the component would create a different pipeline", async () => {
    const transform = train.transform as ValueMap;
    const others: [what: string, spec: ValueMap][] = [
      ["two spaces", withLine(train, (line) => line.replace(" ", "  "))],
      ["another order", withLine(train, (line) => line.replace(/(--git-ref \S+) (.*)/, "$2 $1"))],
      ["no config", withLine(train, (line) => line.replace("--config const.yaml ", ""))],
      ["a pipe", withLine(train, (line) => `${line} | tee log`)],
      ["another program", withLine(train, (line) => line.replace("train.py", "main.py"))],
      ["another repo", withLine(train, (line) => line.replace("--repo dogs-and-cats", "--repo x"))],
      ["a variable", { ...train, transform: { ...transform, env: { A: "b" } } }],
      ["a second line", { ...train, transform: { ...transform, stdin: ["a", "b"] } }],
      ["another project", { ...train, pipeline: { name: "x", project: { name: "other" } } }],
      [
        "full files",
        { ...train, input: { pfs: { repo: "dogs-and-cats", name: "data", glob: "/" } } },
      ],
      ["a cross", { ...train, input: { cross: [train.input ?? null] } }],
      ["no default image", { ...train, transform: { ...transform, image: null } }],
    ];
    for (const [what, other] of others)
      assert.equal(await takeTraining(other, additions), undefined, what);
    assert.equal(await takeTraining(train, { ...additions, secret: "other" }), undefined);
    assert.equal(await takeDeployment(train, additions), undefined);
    const elsewhere = { ...additions, detectBucketUri: "gs://other" };
    assert.equal(await takeDeployment(deploy, elsewhere), undefined);
    const many = withLine(deploy, (line) =>
      line.replace("--detect-batch-size 4", "--detect-batch-size 04"),
    );
    assert.equal(await takeDeployment(many, additions), undefined);
  });
});
