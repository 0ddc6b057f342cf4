import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { KubernetesApi } from "../../sandbox/cluster/api";
import { ClusterProxy } from "../support/cluster-proxy";
import { Engine } from "../support/engine";
import { loggedUp } from "../support/logged";

const OTHER = "99999999-cccc-4ccc-8ccc-999999999999";
const NAMESPACES = "/api/v1/namespaces";
const ADOPTION =
  "to adopt it, run `pulumi config set adopt true`, `pulumi up`, then `pulumi config rm adopt`";

/** Which cluster the program uses, and what it finds there: with the real engine and API server. */
describe("the cluster of a stack", () => {
  let engine: Engine;
  let api: KubernetesApi;
  let folder: string;
  let proxy: ClusterProxy;
  let proxied: { env: NodeJS.ProcessEnv };

  before(async () => {
    engine = await Engine.start("sandbox-e2e-cluster");
    api = KubernetesApi.fromKubeconfig(engine.sandbox.kubeconfig);
    folder = mkdtempSync(join(tmpdir(), "cluster-"));
    proxy = new ClusterProxy(engine.sandbox.kubeconfig);
    proxied = { env: { KUBECONFIG: await proxy.start() } };
    // the kubeconfig comes from the environment, as on a runner
    const { "current-context": context } = parse(readFileSync(engine.sandbox.kubeconfig, "utf8"));
    await engine.configureAll({
      "kubernetes.context": context,
      "kubernetes.kubeconfig": undefined,
      // one is enough to have a cluster
      "useCases.sentiment-analysis": undefined,
    });
  });
  after(async () => {
    proxy?.stop();
    rmSync(folder, { recursive: true, force: true });
    await engine?.stop();
  });

  const create = (path: string, kind: string, name: string) =>
    api.create(path, { apiVersion: "v1", kind, metadata: { name } }, { fieldManager: "somebody" });

  /** What the user sees of a preview that is expected to fail, on one line. */
  const failedPreview = async (options?: { env: NodeJS.ProcessEnv }) =>
    (await engine.failure(["preview"], options)).replaceAll(/\s+/g, " ");

  describe("before the first up", () => {
    it("says in the preview that the namespace exists, and what to do", async () => {
      await create(NAMESPACES, "Namespace", "seldon");
      const shown = await failedPreview();
      assert.ok(
        shown.includes(
          "Namespace seldon already exists: set seldon.existing to use it, or choose another " +
            `seldon.namespace or namePrefix; or, ${ADOPTION}`,
        ),
        shown,
      );
      await api.delete(`${NAMESPACES}/seldon`);
      while ((await api.find(`${NAMESPACES}/seldon`)) !== undefined) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });

    it("says in the preview which namespaces are missing, and who owns them", async () => {
      const stackFile = engine.readStackFile();
      await engine.configureAll({
        "pachyderm.namespace": "nowhere",
        "seldon.detectorNamespace": "no-logs",
      });
      const shown = await failedPreview();
      assert.match(
        shown,
        /Secret (nowhere\/pipeline-secret|no-logs\/seldon-rclone-secret) cannot be created: namespace (nowhere does not exist: install Pachyderm, or correct pachyderm\.namespace|no-logs does not exist: install Seldon's request logger, or correct seldon\.detectorNamespace)/,
      );
      writeFileSync(engine.stackFile, stackFile);
      await engine.configure("seldon.existing", "true");
      assert.match(
        await failedPreview(),
        /namespace seldon does not exist: correct seldon\.namespace, or remove seldon\.existing/,
      );
      writeFileSync(engine.stackFile, stackFile);
    });

    it("previews without a cluster, and with a wrong context, with one warning each", async () => {
      const config = parse(readFileSync(engine.sandbox.kubeconfig, "utf8"));
      config.clusters[0].cluster = { server: "http://127.0.0.1:1" };
      const file = join(folder, "unreachable");
      writeFileSync(file, stringify(config), { mode: 0o600 });
      const messages = async (options?: { env: NodeJS.ProcessEnv }) =>
        (await engine.preview(options)).diagnostics.map(({ message }) => message);
      const warningsIn = (all: readonly string[]) =>
        all.filter((message) => /Nothing on the cluster is checked/.test(message));
      const stackFile = engine.readStackFile();
      await engine.configure("seldon.existing", "true");
      const unreachable = await messages({ env: { KUBECONFIG: file } });
      const [lost, ...more] = warningsIn(unreachable);
      assert.match(
        lost ?? "",
        /cannot connect to the Kubernetes API server at http:\/\/127\.0\.0\.1:1/,
      );
      assert.deepEqual(more, []);
      assert.match(
        unreachable.join("\n"),
        /cannot read the existing namespace seldon: the cluster cannot be queried/,
      );
      writeFileSync(engine.stackFile, stackFile);
      await engine.configure("kubernetes.context", "nowhere");
      const [wrong, ...others] = warningsIn(await messages());
      assert.match(wrong ?? "", /the kubeconfig has no context "nowhere"; it has /);
      assert.deepEqual(others, []);
      writeFileSync(engine.stackFile, stackFile);
    });
  });

  describe("after the first up", () => {
    before(() => engine.up());

    it("is the same one under a different path and address: nothing changes", async () => {
      // the proxy's kubeconfig has a different path and address
      assert.notEqual(proxied.env.KUBECONFIG, engine.sandbox.kubeconfig);
      assert.deepEqual((await loggedUp(engine, [], proxied)).changes, []);
      assert.deepEqual(proxy.changes, []);
    });

    it("must not be a different one: every command is refused, and no system changes", async () => {
      const before = await engine.inventory();
      proxy.identity = OTHER;
      for (const [command, ...flags] of [
        ["up", "--yes", "--skip-preview"],
        ["refresh", "--yes", "--skip-preview"],
        ["destroy", "--yes", "--skip-preview"],
      ] as const) {
        const shown = (await engine.failure([command, ...flags], proxied)).replaceAll(/\s+/g, " ");
        assert.match(shown, /belongs to a different Kubernetes cluster/, command);
        assert.ok(shown.includes(`SELDON_ACCEPT_CLUSTER=${OTHER} pulumi up --refresh`), shown);
      }
      assert.deepEqual(proxy.changes, []);
      assert.deepEqual(await engine.inventory(), before);
    });

    it("can be a different one if the environment accepts it, as the error says", async () => {
      const accept = { env: { ...proxied.env, SELDON_ACCEPT_CLUSTER: OTHER } };
      await engine.pulumi(["up", "--refresh", "--yes", "--skip-preview"], accept);
      assert.match(await failedPreview(), /belongs to a different Kubernetes cluster/);
      await engine.destroy(proxied);
      assert.ok(proxy.changes.includes(`DELETE ${NAMESPACES}/seldon`));
    });
  });
});
