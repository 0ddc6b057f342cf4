import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { repository } from "../../command-line/repository";
import { KubernetesApi } from "../../sandbox/cluster/api";
import { isEmpty } from "../../sandbox/inventory";
import { KubernetesSecrets } from "../../sandbox/stand-ins/pachyderm/secrets";
import { type Pachyderm, startPachyderm } from "../../sandbox/stand-ins/pachyderm/server";
import { CutOffProxy } from "../support/cut-off-proxy";
import { Engine, type PulumiOptions } from "../support/engine";
import { callAt } from "../support/gcs-client";
import { loggedUp } from "../support/logged";
import { callPachyderm } from "../support/pachyderm-calls";

const GOLDEN = join(__dirname, "../fixtures/golden");
/** A pipeline comes after the one that it reads. */
const PIPELINES = [
  "dogs-and-cats-model",
  "dogs-and-cats-deploy",
  "finbert-train",
  "finbert-deploy",
];
const REPOS = ["dogs-and-cats", "finbert-data"];
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const CANARY = Buffer.from("canary-by-hand").toString("base64");
const TOKEN = "root-token";

const unchanged = Object.fromEntries(PIPELINES.map((name) => [name, 1]));

/** The commands of a section of a document. */
function readCommands(heading: string, document = "README.md"): string[] {
  const [, section = ""] = readFileSync(join(repository, document), "utf8").split(heading);
  const [, block = ""] = /```sh\n([\s\S]*?)```/.exec(section) ?? [];
  const commands = block.trim().split("\n");
  assert.ok(commands.every((command) => command.startsWith("pulumi ")));
  return commands;
}

/** Runs a documented command without its prompts. */
function run(stack: Engine, command: string, options?: PulumiOptions) {
  const [, ...words] = command.split(" ");
  const answers = words[0] === "up" ? ["--yes", "--skip-preview"] : [];
  return stack.pulumi([...words, ...answers], options);
}

describe("adoption", () => {
  let engine: Engine;

  before(async () => {
    engine = await Engine.start("sandbox-e2e-adoption");
  });
  after(() => engine?.stop());

  const kubernetes = () => KubernetesApi.fromKubeconfig(engine.sandbox.kubeconfig);

  describe("of an environment that was created by hand", () => {
    const [adopt = "", up = "", done = "", upAgain = ""] = readCommands(
      "### Taking over what exists\n",
    );

    before(async () => {
      await makeObjects();
      await makeBucket();
      await makePipelines();
    });

    /** As `kubectl create namespace` and `kubectl apply` create them. */
    async function makeObjects(): Promise<void> {
      const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "seldon" } };
      await kubernetes().create("/api/v1/namespaces", namespace, {
        fieldManager: "kubectl-create",
      });
      const keys = ["det_master", "det_user", "det_password", "pac_token", "sel_url", "sel_secret"];
      const secret = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: {
          name: "pipeline-secret",
          annotations: { [LAST_APPLIED]: `{"data":{"det_master":"${CANARY}"}}` },
        },
        data: Object.fromEntries([...keys, "sel_namespace", "unused"].map((key) => [key, CANARY])),
      };
      await kubernetes().create("/api/v1/namespaces/default/secrets", secret, {
        fieldManager: "kubectl-client-side-apply",
      });
    }

    /** With the settings that Google gives a bucket by default. */
    async function makeBucket(): Promise<void> {
      const { gcs } = engine.sandbox.addresses;
      const { status } = await callAt(gcs, "POST", "/storage/v1/b?project=sandbox", {
        name: "determined-seldon-detector",
        location: "US-CENTRAL1",
      });
      assert.equal(status, 200);
    }

    async function makePipelines(): Promise<void> {
      for (const name of REPOS) {
        await engine.callPachyderm("pfs_v2.API/CreateRepo", { repo: { name, type: "user" } });
      }
      for (const name of PIPELINES) {
        const spec = readFileSync(join(GOLDEN, `${name}.json`), "utf8");
        await engine.callPachyderm("pps_v2.API/CreatePipelineV2", {
          createPipelineRequestJson: spec.replace("hostpath", "hostPath"),
        });
      }
    }

    it("is offered by a first preview, with commands that work as typed", async () => {
      const shown = await engine.failure(["preview"]);
      assert.match(shown, /already exists\. To adopt it, run /);
      for (const command of [adopt, up, done]) assert.ok(shown.includes(`\`${command}\``), command);
      assert.doesNotMatch(shown, /pulumi import/);
    });

    it("refuses a Secret with a plain-text copy of its values, and offers the command that removes the copy", async () => {
      await run(engine, adopt);
      const shown = await engine.failure(["preview"]);
      const command = /`kubectl annotate secret pipeline-secret --namespace default (\S+)-`/.exec(
        shown,
      );
      assert.equal(command?.[1], LAST_APPLIED, shown);
      assert.ok(!shown.includes(CANARY));
      const path = `/metadata/annotations/${LAST_APPLIED.replace("/", "~1")}`;
      const secret = "/api/v1/namespaces/default/secrets/pipeline-secret";
      await kubernetes().patch(secret, [{ op: "remove", path }]); // what the command does
    });

    it("imports every resource without a restart, and updates the objects and the bucket that differ", async () => {
      assert.equal(up, "pulumi up");
      const { changes } = await loggedUp(engine);
      assert.deepEqual(
        changes.filter((change) => !change.startsWith("create ")),
        [
          "import detectors-bucket",
          "import image-classification-data",
          "import image-classification-deployment-pipeline",
          "import image-classification-training-pipeline",
          "import pipelines-secret",
          "import seldon-namespace",
          "import sentiment-analysis-data",
          "import sentiment-analysis-deployment-pipeline",
          "import sentiment-analysis-training-pipeline",
          "update detectors-bucket",
          "update pipelines-secret",
          "update seldon-namespace",
        ],
      );
      assert.deepEqual(await engine.versions(), unchanged);
    });

    it("leaves nothing to change, and no value of the Secret in the state", async () => {
      await run(engine, done);
      assert.equal(upAgain, "pulumi up");
      assert.deepEqual((await loggedUp(engine)).changes, []);
      assert.deepEqual(await engine.versions(), unchanged);
      const { stdout } = await engine.pulumi(["stack", "export"]);
      assert.ok(!stdout.includes(CANARY), "a value of the Secret is in the state");
    });

    it("restarts the readers of a secret that changes after the second up", async () => {
      await engine.configureSecrets({ "credentials.sel_secret": "canary-rotated" });
      const { changes } = await engine.preview();
      assert.deepEqual(changes, [
        "update image-classification-deployment-pipeline",
        "update pipelines-secret",
        "update sentiment-analysis-deployment-pipeline",
      ]);
    });

    it("lets a destroy delete what was adopted", async () => {
      await engine.destroy();
      assert.ok(isEmpty(await engine.inventory()), JSON.stringify(await engine.inventory()));
    });
  });

  describe("of what a killed update left half created", () => {
    const [cancel = "", refresh = "", adopt = "", up = "", done = ""] = readCommands(
      "## Recover from an interrupted update\n",
      "docs/operations.md",
    );
    const proxies: { pachyderm?: CutOffProxy; kubernetes?: CutOffProxy; gcs?: CutOffProxy } = {};
    let pachyderm: Pachyderm;
    let stack: Engine;
    let folder: string;

    before(async () => {
      const { kubeconfig, addresses } = engine.sandbox;
      folder = mkdtempSync(join(tmpdir(), "killed-"));
      pachyderm = await startPachyderm({
        rootToken: TOKEN,
        secrets: KubernetesSecrets.fromKubeconfig(kubeconfig),
      });
      stack = await engine.beside("sandbox-e2e-adoption-killed");
      proxies.pachyderm = await CutOffProxy.start(pachyderm.address);
      proxies.kubernetes = await CutOffProxy.start(addresses.kubernetes);
      proxies.gcs = await CutOffProxy.start(addresses.gcs);
      await stack.configure("pachyderm.address", proxies.pachyderm.address);
      const through = readFileSync(kubeconfig, "utf8").replaceAll(
        addresses.kubernetes,
        proxies.kubernetes.address,
      );
      assert.ok(through.includes(proxies.kubernetes.address));
      writeFileSync(join(folder, "kubeconfig"), through, { mode: 0o600 });
      await stack.configure("kubernetes.kubeconfig", join(folder, "kubeconfig"));
      const endpoint = `${proxies.gcs.address}/storage/v1/`;
      await stack.pulumi(["config", "set", "gcp:storageCustomEndpoint", endpoint]);
    });
    after(async () => {
      await stack?.forget();
      for (const proxy of Object.values(proxies)) proxy.close();
      await pachyderm?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const options = { env: { PACHYDERM_TOKEN: TOKEN } };

    /** Each kind of resource: which system is asked to create it, and how. */
    const creates: Readonly<Record<string, readonly [keyof typeof proxies, RegExp]>> = {
      "gcp:storage/bucket:Bucket": ["gcs", /^POST \/storage\/v1\/b\?/],
      "kubernetes:core/v1:Namespace": ["kubernetes", /^POST \/api\/v1\/namespaces\?/],
      "kubernetes:core/v1:Secret": [
        "kubernetes",
        /^POST \/api\/v1\/namespaces\/default\/secrets\?/,
      ],
      "pachyderm:index:Repo": ["pachyderm", /CreateRepo/],
      "pachyderm:index:RoleBinding": ["pachyderm", /ModifyRoleBinding/],
      "pachyderm:index:Pipeline": ["pachyderm", /CreatePipelineV2/],
    };

    /**
     * Waits until the engine has written its state: it writes into the file itself, so a kill in
     * the meantime would truncate it.
     */
    async function untilUnchanged(file: string): Promise<void> {
      let before: string | undefined;
      for (let looks = 0; looks < 4; ) {
        const text = readFileSync(file, "utf8");
        looks = text === before ? looks + 1 : 0;
        before = text;
        await sleep(100);
      }
    }

    /**
     * Kills the engine in the middle of creating these kinds: the systems have done what was
     * requested, but their responses are lost.
     */
    async function killAmid(kinds: readonly string[]): Promise<void> {
      const args = ["up", "--yes", "--skip-preview", "--non-interactive"];
      const engineProcess = spawn("pulumi", [...args, "--stack", stack.stack], {
        cwd: repository,
        env: { ...engine.sandbox.env, ...options.env },
        stdio: "ignore",
      });
      const kill = () => engineProcess.kill("SIGKILL");
      const waiting = new Set(kinds);
      const happens = (kind: string) => {
        waiting.delete(kind);
        if (waiting.size === 0) void untilUnchanged(stack.stateFile()).then(kill);
      };
      for (const [system, proxy] of Object.entries(proxies)) {
        const cuts = kinds.flatMap((kind) => {
          const [of, request] = creates[kind] ?? [];
          return of === system && request ? [{ request, happens: () => happens(kind) }] : [];
        });
        proxy.cutOff(cuts);
      }
      const [code, signal] = await once(engineProcess, "exit");
      assert.equal(signal, "SIGKILL", `it ended by itself with ${code}`);
    }

    // resources that do not depend on each other are created at the same time
    for (const [what, kinds] of Object.entries({
      "the bucket, the namespace and a repo": [
        "gcp:storage/bucket:Bucket",
        "kubernetes:core/v1:Namespace",
        "pachyderm:index:Repo",
      ],
      "a Secret and a role binding": ["kubernetes:core/v1:Secret", "pachyderm:index:RoleBinding"],
      "a pipeline": ["pachyderm:index:Pipeline"],
    })) {
      it(`continues after a kill while it creates ${what}`, async () => {
        await killAmid(kinds);
        const { deployment } = JSON.parse((await stack.pulumi(["stack", "export"])).stdout);
        const pending: string[] = deployment.pending_operations?.map(
          ({ resource }: { resource: { type: string } }) => resource.type,
        );
        for (const kind of kinds) assert.ok(pending.includes(kind), `${kind}: ${pending}`);
        for (const command of [cancel, refresh, adopt]) await run(stack, command, options);
      });
    }

    it("ends with a complete stack without duplicates and without further changes", async () => {
      await run(stack, up, options);
      await run(stack, done, options);
      assert.deepEqual((await stack.preview(options)).changes, []);
      const { body } = await callPachyderm(
        pachyderm.address,
        "pps_v2.API/ListPipeline",
        {},
        { headers: { "authn-token": TOKEN } },
      );
      const versions = body.map(
        ({ result }: { result: { pipeline: { name: string }; version: string } }) => [
          result.pipeline.name,
          Number(result.version),
        ],
      );
      assert.deepEqual(Object.fromEntries(versions), unchanged);
    });
  });
});
