import assert from "node:assert/strict";
import { join } from "node:path";
import { addExamples, readExamples } from "../../support/documented-use-cases";
import { ProgramCopy } from "../../support/program-copy";
import { named, type Recording, record } from "../../support/program-recorder";
import { complete, credentials, secretKeys, stackConfig } from "../../support/stack-config";
import { typeErrors } from "./pachyderm-provider/examples";

describe("the use cases in docs/use-cases.md", () => {
  const examples = readExamples();
  let program: ProgramCopy;
  let copy: string;
  let recording: Recording;

  before(async () => {
    assert.equal(examples.length, 2);
    program = await ProgramCopy.make({ plugins: false });
    copy = program.folder;
    addExamples(copy, examples);
    recording = await record(() => require(join(copy, "index.ts")), {
      config: stackConfig({
        useCases: { ...complete.useCases, "customer-churn": {}, "price-report": {} },
        credentials: { ...credentials, hf_token: "canary-token", shop_token: "canary-shop" },
      }),
      secretKeys,
    });
  });
  after(() => program?.remove());

  it("have no type errors", function () {
    // the compiler checks the whole program
    this.timeout(60_000);
    const files = examples.map(({ file, code }) => [file.replace(/\.ts$/, ""), code] as const);
    assert.deepEqual(typeErrors(new Map(files)), []);
  });

  it("become a repo and two pipelines in addition to those of the other use cases", () => {
    const own = recording.registrations
      .filter(({ type, name }) => type.startsWith("pachyderm:") && name.startsWith("customer-"))
      .map(({ name }) => name)
      .sort();
    assert.deepEqual(own, [
      "customer-churn-data",
      "customer-churn-data-reader",
      "customer-churn-deployment-pipeline",
      "customer-churn-training-pipeline",
    ]);
    assert.ok(named(recording, "image-classification-training-pipeline"));
  });

  it("become further repos and pipelines, in the order in which they read each other", () => {
    const own = recording.registrations
      .filter(({ type, name }) => type.startsWith("pachyderm:") && name.startsWith("price-"))
      .map(({ name }) => name);
    assert.deepEqual(own, [
      "price-report-shops-repo",
      "price-report-prices-pipeline",
      "price-report-report-pipeline",
    ]);
    const prices = named(recording, "price-report-prices-pipeline");
    assert.ok(named(recording, "price-report-report-pipeline").dependencies.includes(prices.urn));
    const { transform } = prices.inputs.spec as { transform: { secrets: object[] } };
    assert.deepEqual(transform.secrets, [
      { name: "pipeline-secret", key: "shop_token", env_var: "SHOP_TOKEN" },
    ]);
    assert.deepEqual(
      recording.reads.map(({ id }) => id),
      ["default/exchange-rates"],
    );
  });

  it("run the image with its argument and its secret", () => {
    const { spec } = named(recording, "customer-churn-training-pipeline").inputs as {
      spec: {
        readonly autoscaling: boolean;
        readonly transform: { stdin: string[]; secrets: { key: string; env_var: string }[] };
      };
    };
    assert.deepEqual(spec.transform.stdin, [
      "python train.py --git-url https://git.example.com/churn/experiments.git --git-ref v1.4.0 --sub-dir experiment --config const.yaml --repo customers --model customer-churn --no-incremental",
    ]);
    assert.deepEqual(spec.transform.secrets.at(-1), {
      name: "pipeline-secret",
      key: "hf_token",
      env_var: "HF_TOKEN",
    });
    assert.equal(spec.autoscaling, true);
  });

  it("require the secret that only one of them reads", async () => {
    const config = stackConfig({ useCases: { "customer-churn": {} } });
    for (const name of ["index.ts", "program/config.ts", "program/providers.ts"])
      delete require.cache[join(copy, name)];
    await assert.rejects(
      record(() => require(join(copy, "index.ts")), { config, secretKeys }),
      {
        message:
          /^pachyderm-seldon:credentials\.hf_token is missing; .*--secret --path credentials\.hf_token/,
      },
    );
  });
});
