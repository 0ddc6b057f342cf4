import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Value } from "../../providers/kit/values";
import { specsEqual } from "../../providers/pachyderm/spec/compare";
import { KubernetesApi } from "../../sandbox/cluster/api";
import { isEmpty } from "../../sandbox/inventory";
import { deployModel } from "../../sandbox/stand-ins/seldon/deploy";
import { Engine, type Preview } from "../support/engine";
import { loggedUp } from "../support/logged";

const GOLDEN = join(__dirname, "../fixtures/golden");
const DOGS = "image-classification";
const FINBERT = "sentiment-analysis";
const PIPELINES = {
  [DOGS]: ["dogs-and-cats-deploy", "dogs-and-cats-model"],
  [FINBERT]: ["finbert-deploy", "finbert-train"],
};
const ALL = [...PIPELINES[DOGS], ...PIPELINES[FINBERT]];

/** What a preview does to resources whose names begin with this. */
const changesOf = ({ changes }: Preview, name: string) =>
  changes.filter((change) => change.split(" ")[1]?.startsWith(name));

describe("two use cases on one platform", () => {
  let engine: Engine;
  let firstUp: string;

  before(async () => {
    engine = await Engine.start("sandbox-e2e-platform");
  });
  after(() => engine?.stop());

  const dedicate = async (useCase: string, value: "true" | "false") => {
    const parts = ["secret", "bucket", "namespace"];
    await engine.configureAll(
      Object.fromEntries(parts.map((part) => [`useCases.${useCase}.dedicated.${part}`, value])),
    );
  };

  /** Deploys models as the pipelines' jobs would. */
  async function deployModels(...names: string[]): Promise<void> {
    const api = KubernetesApi.fromKubeconfig(engine.sandbox.kubeconfig);
    for (const name of names) await deployModel(api, { name, namespace: "seldon" });
  }

  it("come up together, and match the original setups made by hand", async () => {
    firstUp = (await engine.up()).stdout;
    const { pipelines, repos, secrets, buckets } = await engine.inventory();
    assert.deepEqual(pipelines.map(({ name }) => name).sort(), ALL);
    for (const { name, userSpec, state } of pipelines) {
      const golden = JSON.parse(readFileSync(join(GOLDEN, `${name}.json`), "utf8"));
      // the original's spelling of hostPath works only because Go accepts JSON keys in any case
      const patch = golden.pod_patch?.replace("hostpath", "hostPath");
      const expected = { ...golden, ...(patch && { pod_patch: JSON.parse(patch) }) };
      assert.ok(specsEqual(userSpec as Value, expected, { project: "default" }), name);
      assert.equal(state, "PIPELINE_RUNNING");
    }
    assert.deepEqual([...repos].sort(), [...ALL, "dogs-and-cats", "finbert-data"].sort());
    assert.deepEqual(secrets.map(({ name }) => name).sort(), [
      "default/pipeline-secret",
      "seldon-logs/seldon-rclone-secret",
      "seldon/deployment-secret",
      "seldon/seldon-rclone-secret",
    ]);
    assert.equal(buckets.length, 1);
  });

  it("show in outputs what exists and what to do next, without a secret", async () => {
    const { useCases } = await engine.outputs<{ useCases: Record<string, string> }>();
    const status = "training PIPELINE_RUNNING, deployment PIPELINE_RUNNING, model Absent";
    assert.deepEqual(useCases, { [DOGS]: status, [FINBERT]: status });
    const [, shown = ""] = firstUp.split("Outputs:\n");
    const [outputs = ""] = shown.split("\n\n");
    assert.ok(outputs.split("\n").length <= 12, outputs);
    assert.doesNotMatch(outputs, /\.\.\."$/m, "the engine cut something");
    assert.doesNotMatch(firstUp, /warning:/, "an update repeats what the preview warned of");
  });

  it("print each command in full, and details on demand", async () => {
    const print = async (command: string) => (await engine.shell(command)).stdout.trim();
    assert.equal(
      await print(`pulumi stack output train-${DOGS}`),
      "pachctl put file dogs-and-cats@master:/ --project default --recursive --file FOLDER",
    );
    assert.equal(
      await print("pulumi stack output upload"),
      "gcloud storage rsync --recursive seldon gs://determined-seldon-detector/seldon",
    );
    const useCase = await print(`pulumi state get ${DOGS}`);
    for (const detail of ["dogs-and-cats-model", "PIPELINE_RUNNING", "dogcat-deploy", "Absent"]) {
      assert.ok(useCase.includes(detail), `${detail} in\n${useCase}`);
    }
    assert.match(await print("pulumi state get detectors"), /seldon\/outlier_detector/);
  });

  it("cause one warning per problem in each preview, until it is acknowledged", async () => {
    const preview = await engine.preview();
    assert.deepEqual(preview.changes, []);
    const warnings = warningsOf(preview);
    assert.equal(warnings.length, 2, warnings.join("\n"));
    for (const warning of warnings) {
      const [, hint = ""] = /to acknowledge it: (.*)\)$/.exec(warning) ?? [];
      const commands = [...hint.matchAll(/`([^`]+)`/g)].map(([, command = ""]) => command);
      assert.ok(commands.length > 0, warning);
      for (const command of commands) await engine.shell(command);
    }
    // the next preview asserts that they are gone
  });

  it("restart only for a rotated secret that they read, and process all data again only for `reprocess`", async () => {
    await engine.configureSecrets({ "credentials.sel_secret": "canary-rotated" });
    await engine.configure("useCases.image-classification.training.reprocess", "new-labels");
    const preview = await engine.preview();
    assert.deepEqual(warningsOf(preview), [], "an acknowledged warning is repeated");
    assert.deepEqual(preview.changes, [
      `update ${DOGS}-deployment-pipeline`,
      `update ${DOGS}-training-pipeline`,
      "update pipelines-secret",
      `update ${FINBERT}-deployment-pipeline`,
    ]);
    assertNotes(preview, {
      "dogs-and-cats-deploy": "restart",
      "dogs-and-cats-model": "reprocess",
      "finbert-deploy": "restart",
    });
    const [before, salts] = [await engine.versions(), await salt(engine)];
    await engine.up();
    assert.deepEqual(await engine.versions(), {
      ...before,
      "dogs-and-cats-deploy": 2,
      "dogs-and-cats-model": 2,
      "finbert-deploy": 2,
    });
    // a datum is processed again only with a different salt
    const { "dogs-and-cats-model": now, ...others } = await salt(engine);
    const { "dogs-and-cats-model": earlier, ...unchanged } = salts;
    assert.notEqual(now, earlier);
    assert.deepEqual(others, unchanged);
    await engine.configure("acknowledge", undefined);
  });

  it("all restart when the password that all of them read is rotated", async () => {
    await engine.configureSecrets({ "credentials.det_password": "canary-rotated" });
    const [before, salts] = [await engine.versions(), await salt(engine)];
    const { changes } = await loggedUp(engine);
    assert.deepEqual(changes, [
      ...["deployment", "training"].map((part) => `update ${DOGS}-${part}-pipeline`),
      "update pipelines-secret",
      ...["deployment", "training"].map((part) => `update ${FINBERT}-${part}-pipeline`),
    ]);
    const next = Object.entries(before).map(([name, version]) => [name, version + 1]);
    assert.deepEqual(await engine.versions(), Object.fromEntries(next));
    assert.deepEqual(await salt(engine), salts);
  });

  it("separate when one gets a dedicated platform, without changes to the other", async () => {
    await deployModels("finbert");
    await engine.refresh();
    await dedicate(FINBERT, "true");
    const preview = await engine.preview();
    assert.ok(
      preview.diagnostics.some(({ message }) =>
        /deployment seldon\/finbert \(currently \w+\) will be deleted/.test(message),
      ),
      "the preview does not say that the model goes",
    );
    assert.deepEqual(changesOf(preview, DOGS), []);
    for (const name of ["pipelines", "seldon", "detectors"]) {
      assert.deepEqual(changesOf(preview, name), [], name);
    }
    const replaced = changesOf(preview, FINBERT).filter((change) => /replace/.test(change));
    assert.ok(
      replaced.every((change) => change.endsWith(`${FINBERT}-deployment-deployed`)),
      `replaced: ${replaced}`,
    );
    const before = await engine.versions();
    await engine.up();
    assert.deepEqual(await engine.versions(), {
      ...before,
      "finbert-deploy": (before["finbert-deploy"] ?? 0) + 1,
      "finbert-train": (before["finbert-train"] ?? 0) + 1,
    });
    const { secrets, namespaces, buckets, deployments, detectors } = await engine.inventory();
    assert.deepEqual([...deployments, ...detectors], []);
    assert.ok(secrets.some(({ name }) => name === "default/pipeline-secret-sentiment-analysis"));
    assert.ok(namespaces.some(({ name }) => name === "seldon-sentiment-analysis"));
    assert.deepEqual(buckets.map(({ name }) => name).sort(), [
      "determined-seldon-detector",
      "determined-seldon-detector-sentiment-analysis",
    ]);
  });

  it("can both have a dedicated platform, and share again: pipelines are updated, and none is replaced", async () => {
    await dedicate(DOGS, "true");
    // the change above is complete
    assert.deepEqual(changesOf(await loggedUp(engine), FINBERT), []);
    const { namespaces } = await engine.inventory();
    // shortened, because the names of detectors contain it
    assert.ok(namespaces.some(({ name }) => /^seldon-image-classi-[0-9a-f]{4}$/.test(name)));
    await dedicate(DOGS, "false");
    await dedicate(FINBERT, "false");
    const { changes } = await loggedUp(engine);
    assert.deepEqual(
      changes.filter((change) => /-pipeline$/.test(change)),
      [DOGS, FINBERT]
        .flatMap((useCase) => ["deployment", "training"].map((part) => `${useCase}-${part}`))
        .map((name) => `update ${name}-pipeline`),
    );
    const left = await engine.inventory();
    assert.equal(left.buckets.length, 1);
    assert.deepEqual(left.namespaces.map(({ name }) => name).sort(), ["seldon"]);
    assert.deepEqual(left.secrets.map(({ name }) => name).sort(), [
      "default/pipeline-secret",
      "seldon-logs/seldon-rclone-secret",
      "seldon/deployment-secret",
      "seldon/seldon-rclone-secret",
    ]);
  });

  it("lose exactly the one that is removed, and show what deploy.py deployed", async () => {
    await deployModels("dogcat-deploy", "finbert");
    await engine.configure(`useCases.${FINBERT}`, undefined);
    const before = await engine.versions();
    const { changes } = await loggedUp(engine, ["--refresh"]);
    assert.deepEqual(
      changes.filter((change) => !change.startsWith(`delete ${FINBERT}`)),
      [],
    );
    const { useCases } = await engine.outputs<{ useCases: Record<string, string> }>();
    assert.deepEqual(Object.keys(useCases), [DOGS]);
    assert.match(useCases[DOGS] ?? "", /, model Available$/);
    const { repos, deployments, detectors } = await engine.inventory();
    assert.deepEqual(
      deployments.map(({ name }) => name),
      ["seldon/dogcat-deploy"],
    );
    assert.ok(detectors.length > 0 && detectors.every((name) => name.includes("dogcat-deploy")));
    assert.deepEqual(
      await engine.versions(),
      Object.fromEntries(PIPELINES[DOGS].map((name) => [name, before[name]])),
    );
    assert.deepEqual([...repos].sort(), ["dogs-and-cats", ...PIPELINES[DOGS]].sort());
  });

  it("are destroyed completely, including their deployments and detectors, which are named", async () => {
    const { stdout } = await engine.destroy();
    assert.match(stdout, /deployment seldon\/dogcat-deploy: removed the .*dogcat-deploy-drift/);
    assert.ok(isEmpty(await engine.inventory()), JSON.stringify(await engine.inventory()));
  });

  it("come up if one reads what the other trains, and are destroyed in reverse order", async () => {
    await engine.configureAll({
      [`useCases.${FINBERT}.data.repo`]: "dogs-and-cats-model",
      [`useCases.${FINBERT}.data.existing`]: "true",
    });
    await engine.up();
    const { repos, pipelines } = await engine.inventory();
    assert.ok(!repos.includes("finbert-data"), "no repo of its own is made");
    const { userSpec } = pipelines.find(({ name }) => name === "finbert-train") ?? {};
    const { input } = userSpec as { input: { pfs: { repo: string } } };
    assert.equal(input.pfs.repo, "dogs-and-cats-model");
    await engine.destroy();
    assert.ok(isEmpty(await engine.inventory()), JSON.stringify(await engine.inventory()));
  });
});

function warningsOf({ diagnostics }: Preview): string[] {
  return diagnostics
    .filter(({ severity }) => severity === "warning")
    .map(({ message }) => message.trim());
}

/** Asserts that a preview notes for each of these pipelines what the change causes. */
function assertNotes({ diagnostics }: Preview, categories: Record<string, string>): void {
  for (const [name, category] of Object.entries(categories)) {
    const note = `pipeline default/${name}: ${category}: `;
    assert.ok(
      diagnostics.some(({ message }) => message.includes(note)),
      note,
    );
  }
}

/** The salts by pipeline: part of the name under which Pachyderm remembers a datum. */
async function salt(engine: Engine): Promise<Record<string, string>> {
  const { pipelines } = await engine.inventory();
  const found = pipelines.map(async ({ name }) => {
    const { details } = await engine.callPachyderm<{ details: { salt: string } }>(
      "pps_v2.API/InspectPipeline",
      { pipeline: { name }, details: true },
    );
    return [name, details.salt];
  });
  return Object.fromEntries(await Promise.all(found));
}
