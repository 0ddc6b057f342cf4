import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import type { Value } from "../../providers/kit/values";
import { specsEqual } from "../../providers/pachyderm/spec/compare";
import { type Inventory, isEmpty } from "../../sandbox/inventory";
import { currentPlan } from "../../scripts/plan/current-plan";
import { type Preview, readPreview } from "../../scripts/preview/preview-json";
import { linesRunBy } from "../support/documents";
import { changesOf, Engine, type Preview as Planned } from "../support/engine";
import { loggedShell, loggedUp } from "../support/logged";

const TRAINING = "image-classification-training-pipeline";
const DEPLOYMENT = "image-classification-deployment-pipeline";
const GOLDEN = join(__dirname, "../fixtures/golden");

/** What `pulumi stack export` prints. */
interface Exported {
  readonly deployment: { readonly resources: readonly { readonly urn: string }[] };
}

/**
 * The life cycle of a stack under the real engine, as Pachyderm, the cluster and the buckets see
 * it.
 */
describe("a stack's life", () => {
  let engine: Engine;
  let preview: Preview;

  before(async () => {
    engine = await Engine.start("sandbox-e2e-life");
    await engine.configure("useCases.sentiment-analysis", undefined);
  });
  after(() => engine?.stop());

  const inventory = () => engine.inventory();
  const versions = () => engine.versions();

  function assertGolden(
    { pipelines }: Inventory,
    images: Readonly<Record<string, string>> = {},
  ): void {
    for (const name of ["dogs-and-cats-model", "dogs-and-cats-deploy"]) {
      const golden = JSON.parse(readFileSync(join(GOLDEN, `${name}.json`), "utf8"));
      golden.transform.image = images[name] ?? golden.transform.image;
      const live = pipelines.find((pipeline) => pipeline.name === name);
      assert.ok(live, `there is no pipeline ${name}`);
      assert.ok(specsEqual(live.userSpec as Value, golden, { project: "default" }), name);
      assert.equal(live.state, "PIPELINE_RUNNING");
    }
  }

  it("does not begin with bad input: the up names each mistake and its correction, and creates nothing", async () => {
    const stackFile = engine.readStackFile();
    await engine.configureAll({
      detectorBuckett: "x",
      "credentials.det_password": undefined,
      "detectorBucket.name": "Bad_Bucket!",
      "useCases.image-clasification.training.image": "x:1",
      namePrefix: `${"x".repeat(50)}-`,
    });
    const shown = await engine.failure(["up", "--yes"]);
    writeFileSync(engine.stackFile, stackFile);
    for (const message of [
      /detectorBuckett .*did you mean detectorBucket\?/,
      /`pulumi config set --secret --path credentials\.det_password`/,
      /Bad_Bucket!.*lowercase/,
      /image-clasification .*did you mean image-classification\?/,
      // a pipeline name that Pachyderm would refuse
      /namePrefix is .* at most 51 are allowed/,
    ])
      assert.match(shown, message);
    assert.doesNotMatch(shown, /\n\s+at .*:\d+:\d+/, "a stack trace is shown");
    assert.ok(isEmpty(await inventory()));
  });

  it("names a missing secret and the command that sets it", async () => {
    const title = "names a missing secret and the command that sets it";
    const lines = linesRunBy("docs/use-cases.md", title);
    assert.deepEqual(linesRunBy("README.md", title), [
      lines[0]?.replace("hf_token", "det_password"),
    ]);
    // with a key that this stack reads instead of the example's
    await engine.configure("credentials.det_password", undefined);
    const [set = "", first = "", ...more] = lines;
    assert.deepEqual([first, more], ["pulumi preview", []]);
    await engine.shell(`echo canary | ${set.replace("hf_token", "det_password")}`);
    assert.match(engine.readStackFile(), /det_password:\s+secure: /);
    preview = readPreview((await engine.shell(`${first} --json`)).stdout);
  });

  it("begins with that preview, which lists what will be created, and creates nothing", async () => {
    const { steps, diagnostics } = preview;
    // a free bucket name is not reported as taken
    for (const { message } of diagnostics)
      assert.doesNotMatch(message, /taken|already exists|cannot determine/);
    assert.deepEqual(changesOf(steps), [
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

  it("is brought up by one command, and matches the original setup made by hand", async () => {
    // which continues only if that is still the plan
    const { fingerprint } = await currentPlan(preview, engine.stack);
    const deploy = ["scripts/deploy.ts", "--stack", engine.stack, "--fingerprint", fingerprint];
    await run(process.execPath, ["--import", "tsx", ...deploy], {
      cwd: repository,
      env: engine.sandbox.env,
      timeout: 240_000,
    });
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

  it("does not create a pipeline's replacement beside it, and offers what works instead", async () => {
    const { stdout } = await engine.pulumi(["stack", "export"]);
    const { resources } = (JSON.parse(stdout) as Exported).deployment;
    const { urn = "" } = resources.find((resource) => resource.urn.endsWith(`::${TRAINING}`)) ?? {};
    const shown = await engine.failure(["preview", "--replace", urn]);
    assert.match(shown, /dogs-and-cats-model already exists, because Pulumi creates a replacement/);
    const [, destroy = ""] = /`(pulumi destroy [^`]*)`/.exec(shown) ?? [];
    const planned = await engine.shell(
      // only a preview, so that there is nothing to confirm
      `env -u PULUMI_SKIP_CONFIRMATIONS ${destroy} --preview-only --color never`,
    );
    assert.match(planned.stdout, new RegExp(`-  pachyderm:index:Pipeline ${TRAINING} delete`));
    assert.match(planned.stdout, new RegExp(`-  pachyderm:index:Pipeline ${DEPLOYMENT} delete`));
  });

  it("restarts exactly the pipelines that read a changed secret, and shows no value", async () => {
    const value = "canary-c5f0e6f6";
    const [set = "", up = "", ...more] = linesRunBy(
      "docs/operations.md",
      "restarts exactly the pipelines that read a changed secret",
    );
    assert.deepEqual([up, more], ["pulumi up", []]);
    // with a key that only one pipeline reads instead of the example's
    await engine.shell(`printf %s ${value} | ${set.replace("det_password", "pac_token")}`);
    const { changes, stdout, stderr } = await loggedShell(engine, `${up} --skip-preview --diff`);
    assert.deepEqual(changes, ["update pipelines-secret", `update ${TRAINING}`].sort());
    assert.match(stdout, /pac_token\s*: \[secret\] => \[secret\]/);
    assert.deepEqual(await versions(), { "dogs-and-cats-model": 2, "dogs-and-cats-deploy": 1 });
    const state = await engine.pulumi(["stack", "export"]);
    for (const shown of [stdout, stderr, state.stdout]) {
      assert.ok(!shown.includes(value));
      assert.ok(!shown.includes(Buffer.from(value).toString("base64")));
    }
  });

  it("changes one field of one pipeline when one image tag changed", async () => {
    const image = "gcr.io/determined-ai/pachyderm-seldon/train:0.0.20";
    await engine.configure("useCases.image-classification.training.image", image);
    const planned = await engine.previewDiff();
    assert.deepEqual(planned.changes, [`update ${TRAINING}`]);
    assert.deepEqual(changedFields(planned, TRAINING), ["spec.transform.image"]);
    assert.match(planned.shown, /~ image: "[^"]*train:0\.0\.19" => "[^"]*train:0\.0\.20"/);
    assert.match(planned.shown, /pipeline default\/dogs-and-cats-model: restart: /);
    assert.deepEqual(await versions(), { "dogs-and-cats-model": 2, "dogs-and-cats-deploy": 1 });
  });

  it("shows only what was changed by hand, and restores it", async () => {
    await engine.sandbox.restart("pachyderm"); // its data is on disk
    await engine.changeImageBehindItsBack("dogs-and-cats-deploy", "deploy:9.9.9");
    // together with the change previewed above
    const update = await loggedUp(engine, ["--refresh"]);
    assert.deepEqual(update.changes, [`update ${DEPLOYMENT}`, `update ${TRAINING}`]);
    for (const name of [DEPLOYMENT, TRAINING]) {
      assert.deepEqual(changedFields(update, name), ["spec.transform.image"]);
    }
    assert.deepEqual(await versions(), { "dogs-and-cats-model": 3, "dogs-and-cats-deploy": 3 });
    const image = "gcr.io/determined-ai/pachyderm-seldon/train:0.0.20";
    assertGolden(await inventory(), { "dogs-and-cats-model": image });
    await engine.configure("useCases.image-classification.training.image", undefined);
  });

  it("is destroyed completely", async () => {
    await engine.destroy();
    assert.ok(isEmpty(await inventory()), JSON.stringify(await inventory()));
  });

  it("warns about a Pachyderm that does not respond, and fails the up with its address", async () => {
    const stackFile = engine.readStackFile();
    await engine.configure("pachyderm.address", "127.0.0.1:1");
    const shown = await engine.failure(["up", "--yes"]);
    assert.match(shown, /warning: Pachyderm does not respond.*127\.0\.0\.1:1/);
    assert.match(shown, /error: cannot connect to Pachyderm at http:\/\/127\.0\.0\.1:1/);
    writeFileSync(engine.stackFile, stackFile);
  });

  it("continues where it was when Pachyderm was killed in the middle of an up", async () => {
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
    await engine.destroy();
    assert.ok(isEmpty(await inventory()));
    await engine.destroy(); // a second destroy has nothing to do
  });
});

/** The paths of a resource that an update changes, by the resource's name. */
function changedFields({ steps }: Pick<Planned, "steps">, name: string): string[] {
  const step = steps.find(({ op, urn }) => op === "update" && urn.endsWith(`::${name}`));
  return Object.keys(step?.detailedDiff ?? {});
}
