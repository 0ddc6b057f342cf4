import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Value } from "../../providers/kit/values";
import { specsEqual } from "../../providers/pachyderm/spec/compare";
import { type Inventory, isEmpty } from "../../sandbox/inventory";
import { linesRunBy } from "../support/documents";
import { Engine } from "../support/engine";

const TRAINING = "image-classification-training-pipeline";
const DEPLOYMENT = "image-classification-deployment-pipeline";
const GOLDEN = join(__dirname, "../fixtures/golden");

/** What `pulumi stack export` prints. */
interface Exported {
  readonly deployment: { readonly resources: readonly { readonly urn: string }[] };
}

/** The life of a stack under the real engine, as Pachyderm, the cluster and the buckets see it. */
describe("a stack's life", () => {
  let engine: Engine;

  before(async () => {
    engine = await Engine.start("sandbox-e2e-life");
    await engine.configure("useCases.sentiment-analysis", undefined);
  });
  after(() => engine?.stop());

  const inventory = () => engine.inventory();
  const versions = () => engine.versions();

  function assertGolden({ pipelines }: Inventory): void {
    for (const name of ["dogs-and-cats-model", "dogs-and-cats-deploy"]) {
      const golden = JSON.parse(readFileSync(join(GOLDEN, `${name}.json`), "utf8"));
      const live = pipelines.find((pipeline) => pipeline.name === name);
      assert.ok(live, `there is no pipeline ${name}`);
      assert.ok(specsEqual(live.userSpec as Value, golden, { project: "default" }), name);
      assert.equal(live.state, "PIPELINE_RUNNING");
    }
  }

  it("does not begin with bad input: the up ends before anything is made", async () => {
    const stackFile = engine.readStackFile();
    await engine.configure("seldon.namespace", "kube-system");
    const shown = await engine.failure(["up", "--yes"]);
    assert.match(shown, /seldon\.namespace is "kube-system", which belongs to Kubernetes/);
    writeFileSync(engine.stackFile, stackFile);
    assert.ok(isEmpty(await inventory()));
  });

  it("begins with a preview that names what will be made, and makes nothing", async () => {
    const { changes } = await engine.preview();
    assert.deepEqual(changes, [
      "create cluster",
      "create cluster-guard",
      "create detectors",
      "create detectors-bucket",
      "create image-classification",
      "create image-classification-data",
      "create image-classification-data-reader",
      "create image-classification-deployment",
      "create image-classification-deployment-deployed",
      `create ${DEPLOYMENT}`,
      "create image-classification-training",
      `create ${TRAINING}`,
      "create kubernetes",
      "create pachyderm",
      "create pachyderm-seldon-sandbox-e2e-life",
      "create pipelines",
      "create pipelines-secret",
      "create seldon",
      "create seldon-deployment-secret",
      "create seldon-deployments",
      "create seldon-detector-storage-secret",
      "create seldon-namespace",
      "create seldon-storage-secret",
    ]);
    assert.ok(isEmpty(await inventory()));
  });

  it("is brought up by one command, as the original set-up had it by hand", async () => {
    await engine.up();
    const holds = await inventory();
    assertGolden(holds);
    assert.deepEqual([...holds.repos].sort(), [
      "dogs-and-cats",
      "dogs-and-cats-deploy",
      "dogs-and-cats-model",
    ]);
    const forPipelines = holds.secrets.filter(({ name }) => name.startsWith("default/"));
    assert.deepEqual(forPipelines, [
      {
        name: "default/pipeline-secret",
        keys: [
          "det_master",
          "det_password",
          "det_user",
          "pac_token",
          "sel_namespace",
          "sel_secret",
          "sel_url",
        ],
      },
    ]);
    const [namespace, ...otherNamespaces] = holds.namespaces;
    assert.deepEqual(otherNamespaces, []);
    assert.equal(namespace?.name, "seldon");
    assert.equal(namespace?.labels["seldon.restricted"], "false");
    const [bucket, ...otherBuckets] = holds.buckets;
    assert.deepEqual(otherBuckets, []);
    assert.equal(bucket?.name, "determined-seldon-detector");
    assert.equal(bucket?.iamConfiguration?.publicAccessPrevention, "enforced");
    assert.equal(bucket?.iamConfiguration?.uniformBucketLevelAccess?.enabled, true);
    assert.equal(bucket?.versioning?.enabled, true);
    assert.equal(bucket?.softDeletePolicy?.retentionDurationSeconds, "0");
    assert.equal(bucket?.labels?.["managed-by"], "pulumi");
  });

  it("is left alone by a second up", async () => {
    await engine.pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes"]);
    assert.deepEqual(await versions(), { "dogs-and-cats-model": 1, "dogs-and-cats-deploy": 1 });
  });

  it("does not replace a pipeline by itself, and offers what works instead", async () => {
    const { stdout } = await engine.pulumi(["stack", "export"]);
    const { resources } = (JSON.parse(stdout) as Exported).deployment;
    const { urn = "" } = resources.find((resource) => resource.urn.endsWith(`::${TRAINING}`)) ?? {};
    const shown = await engine.failure(["preview", "--replace", urn]);
    assert.match(shown, /dogs-and-cats-model already exists, because Pulumi creates a replacement/);
    const [, destroy = ""] = /`(pulumi destroy [^`]*)`/.exec(shown) ?? [];
    const planned = await engine.shell(
      // only a preview, so that nothing is to be confirmed
      `env -u PULUMI_SKIP_CONFIRMATIONS ${destroy} --preview-only --color never`,
    );
    assert.match(planned.stdout, new RegExp(`-  pachyderm:index:Pipeline ${TRAINING} delete`));
    assert.match(planned.stdout, new RegExp(`-  pachyderm:index:Pipeline ${DEPLOYMENT} delete`));
  });

  it("changes one field of one pipeline when one image tag changed", async () => {
    const image = "gcr.io/determined-ai/pachyderm-seldon/train:0.0.20";
    await engine.configure("useCases.image-classification.training.image", image);
    const { changes, steps, shown } = await engine.previewDiff();
    assert.deepEqual(changes, [`update ${TRAINING}`]);
    const step = steps.find(({ urn }) => urn.endsWith(`::${TRAINING}`));
    assert.deepEqual(Object.keys(step?.detailedDiff ?? {}), ["spec.transform.image"]);
    assert.match(shown, /~ image: "[^"]*train:0\.0\.19" => "[^"]*train:0\.0\.20"/);
    assert.match(shown, /pipeline default\/dogs-and-cats-model: restart: /);
    assert.deepEqual(await versions(), { "dogs-and-cats-model": 1, "dogs-and-cats-deploy": 1 });
    await engine.up();
    assert.deepEqual(await versions(), { "dogs-and-cats-model": 2, "dogs-and-cats-deploy": 1 });
  });

  it("restarts exactly the pipelines that read a secret which changed, and shows no value", async () => {
    const before = await versions();
    const value = "canary-c5f0e6f6";
    const [set = "", up = "", ...more] = linesRunBy(
      "docs/operations.md",
      "restarts exactly the pipelines that read a secret which changed",
    );
    assert.deepEqual([up, more], ["pulumi up", []]);
    // with a key that only one pipeline reads in place of the example's
    await engine.shell(`printf %s ${value} | ${set.replace("det_password", "pac_token")}`);
    const { changes, shown: diff } = await engine.previewDiff();
    assert.deepEqual(changes, ["update pipelines-secret", `update ${TRAINING}`].sort());
    assert.match(diff, /pac_token\s*: \[secret\] => \[secret\]/);
    await engine.shell(up);
    const { "dogs-and-cats-model": model, "dogs-and-cats-deploy": deploy } = before;
    assert.deepEqual(await versions(), {
      "dogs-and-cats-model": (model ?? 0) + 1,
      "dogs-and-cats-deploy": deploy,
    });
    const state = await engine.pulumi(["stack", "export"]);
    for (const shown of [diff, state.stdout]) {
      assert.ok(!shown.includes(value));
      assert.ok(!shown.includes(Buffer.from(value).toString("base64")));
    }
  });

  it("has no drift after all that", async () => {
    await engine.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
  });

  describe("with bad input", () => {
    let stackFile: string;

    beforeEach(() => {
      stackFile = engine.readStackFile();
    });
    afterEach(() => writeFileSync(engine.stackFile, stackFile));

    async function refused(values: Record<string, string | undefined>, ...messages: RegExp[]) {
      const before = await versions();
      await engine.configureAll(values);
      const shown = await engine.failure(["preview"]);
      for (const message of messages) assert.match(shown, message);
      assert.doesNotMatch(shown, /\n\s+at .*:\d+:\d+/, "a stack trace is shown");
      assert.deepEqual(await versions(), before);
    }

    it("names each mistake in the configuration and how to correct it", async () => {
      await refused(
        {
          detectorBuckett: "x",
          "credentials.det_password": undefined,
          "detectorBucket.name": "Bad_Bucket!",
          "useCases.image-clasification.training.image": "x:1",
          namePrefix: `${"x".repeat(50)}-`,
        },
        /detectorBuckett .*did you mean detectorBucket\?/,
        /`pulumi config set --secret --path credentials\.det_password`/,
        /Bad_Bucket!.*lowercase/,
        /image-clasification .*did you mean image-classification\?/,
        // a pipeline's name that Pachyderm would refuse
        /namePrefix is .* at most 51 are allowed/,
      );
    });

    it("names a missing secret and the command that sets it", async () => {
      const title = "names a missing secret and the command that sets it";
      const lines = linesRunBy("docs/use-cases.md", title);
      assert.deepEqual(linesRunBy("README.md", title), [
        lines[0]?.replace("hf_token", "det_password"),
      ]);
      // with a key that this stack reads in place of the example's
      await engine.configure("credentials.det_password", undefined);
      for (const line of lines) {
        await engine.shell(`echo canary | ${line.replace("hf_token", "det_password")}`);
      }
      assert.match(engine.readStackFile(), /det_password:\s+secure: /);
    });

    it("shows what only Pachyderm itself can refuse", async () => {
      await refused({ "pachyderm.project": "nowhere" }, /project "nowhere" not found/);
    });
  });

  it("shows what somebody changed behind its back, and puts it right", async () => {
    await engine.sandbox.restart("pachyderm"); // its data is on disk
    await engine.changeImageBehindItsBack("dogs-and-cats-deploy", "deploy:9.9.9");
    await engine.refresh();
    const { changes, steps } = await engine.preview();
    assert.deepEqual(changes, [`update ${DEPLOYMENT}`]);
    const step = steps.find(({ urn }) => urn.endsWith(`::${DEPLOYMENT}`));
    assert.deepEqual(Object.keys(step?.detailedDiff ?? {}), ["spec.transform.image"]);
    // the image that was changed above goes back, too
    await engine.configure("useCases.image-classification.training.image", undefined);
    await engine.up();
    assertGolden(await inventory());
  });

  it("is destroyed to nothing, and a second destroy has nothing to do", async () => {
    await engine.destroy();
    assert.ok(isEmpty(await inventory()), JSON.stringify(await inventory()));
    await engine.destroy();
  });

  it("warns about a Pachyderm that nobody answers for, and fails the up with its address", async () => {
    const stackFile = engine.readStackFile();
    await engine.configure("pachyderm.address", "127.0.0.1:1");
    const preview = await engine.pulumi(["preview", "--color", "never"]);
    assert.match(preview.stdout, /warning: Pachyderm does not respond.*127\.0\.0\.1:1/);
    const shown = await engine.failure(["up", "--yes", "--skip-preview"]);
    assert.match(shown, /error: cannot connect to Pachyderm at http:\/\/127\.0\.0\.1:1/);
    await engine.destroy();
    writeFileSync(engine.stackFile, stackFile);
    assert.ok(isEmpty(await inventory()));
  });

  it("carries on where it was when Pachyderm was killed in the middle of an up", async () => {
    let killed: Promise<void> | undefined;
    const result = await engine.up({
      allowFailure: true,
      onOutput: (text) => {
        if (!text.includes(`${TRAINING} creating`)) return;
        killed ??= engine.sandbox.kill("pachyderm");
      },
    });
    await killed;
    assert.ok(killed, "the up never came to the training pipeline");
    assert.notEqual(result.code, 0);
    await engine.sandbox.restart("pachyderm");
    await engine.up();
    assert.deepEqual(await versions(), { "dogs-and-cats-model": 1, "dogs-and-cats-deploy": 1 });
    assertGolden(await inventory());
    assert.deepEqual((await engine.preview()).changes, []);
    await engine.destroy();
    assert.ok(isEmpty(await inventory()));
  });
});
