import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import { repository } from "../../command-line/repository";
import { KubernetesApi } from "../../sandbox/cluster/api";
import { takeInventory } from "../../sandbox/inventory";
import { metadataOf } from "../../sandbox/stand-ins/pulumi-plugins/kubernetes/objects";
import { deployModel } from "../../sandbox/stand-ins/seldon/deploy";
import { Engine } from "../support/engine";
import { loggedUp } from "../support/logged";

const program = join(__dirname, "programs/seldon-deployment");
const NAMESPACE = "e2e-seldon";
const CATS = { name: "cats", namespace: NAMESPACE };
const DRIFT = `/apis/serving.knative.dev/v1/namespaces/seldon-logs/services/${NAMESPACE}-seldondeployment-cats-drift`;

/** The Seldon provider under the real engine, on a real API server. */
describe("a deployment that a pipeline creates on Seldon", () => {
  let engine: Engine;
  let stack: Engine;
  let api: KubernetesApi;

  before(async () => {
    engine = await Engine.start("sandbox-e2e-seldon");
    stack = engine.on(program, "seldon");
    await stack.init();
    api = KubernetesApi.fromKubeconfig(engine.sandbox.kubeconfig);
    await api.create(
      "/api/v1/namespaces",
      { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
      { fieldManager: "test" },
    );
  });
  after(() => engine?.stop());

  async function outputs(of = stack): Promise<unknown> {
    return JSON.parse((await of.pulumi(["stack", "output", "--json"])).stdout);
  }

  /** The names of existing deployments, services and triggers. */
  async function existing(): Promise<string[]> {
    const { deployments, detectors } = await takeInventory(engine.sandbox);
    return [...deployments.map(({ name }) => name), ...detectors];
  }

  const belongings = (name: string) =>
    ["service", "trigger"].flatMap((kind) =>
      ["drift", "outlier"].map(
        (what) =>
          `Knative ${kind} seldon-logs/${NAMESPACE}-seldondeployment-${name}-${what}` +
          (kind === "trigger" ? "-trigger" : ""),
      ),
    );

  it("is absent at first", async () => {
    await stack.up();
    assert.deepEqual(await outputs(), { state: "Absent", ready: false });
    assert.deepEqual(await existing(), []);
  });

  it("shows Seldon's state after a refresh, and in stack outputs after the program ran", async () => {
    await deployModel(api, { ...CATS, state: "Creating", detectorsReady: false });
    const refresh = ["refresh", "--yes", "--skip-preview", "--run-program"];
    await stack.pulumi(refresh);
    assert.deepEqual(await outputs(), { state: "Creating", ready: false });
    await deployModel(api, CATS);
    assert.deepEqual((await loggedUp(stack, ["--refresh"])).changes, []);
    assert.deepEqual(await outputs(), { state: "Available", ready: true });
  });

  it("is adopted unchanged by another stack, with an import and without one", async () => {
    const adopted = engine.on(program, "adopted");
    await adopted.init();
    await deployModel(api, CATS);
    for (const env of [{ SELDON_IMPORT: "yes" }, {}]) {
      await adopted.up({ env });
      assert.deepEqual(await outputs(adopted), { state: "Available", ready: true });
      if (env.SELDON_IMPORT) assert.deepEqual((await adopted.preview({ env })).changes, []);
      // forgets the resource, and keeps what the other stack owns
      await adopted.pulumi(["state", "delete", "--all", "--yes"]);
    }
    await adopted.pulumi(["stack", "rm", "--yes"]);
    assert.equal((await existing()).length, 5);
  });

  it("is adopted from a state that has it under its earlier type, or deleted through that state", async () => {
    const earlier = engine.on(program, "earlier");
    await earlier.init();
    const file = join(engine.sandbox.kubeconfig, "..", "earlier-state.json");
    const asItWas = async () => {
      const { stdout } = await earlier.pulumi(["stack", "export"]);
      assert.match(stdout, /seldon:index:DeploymentCleanup/);
      const state = stdout.replaceAll("seldon:index:DeploymentCleanup", "seldon:index:Deployment");
      writeFileSync(file, state, { mode: 0o600 });
      await earlier.pulumi(["stack", "import", "--file", file]);
    };
    const env = { SELDON_NAME: "earlier" };
    await deployModel(api, { ...CATS, name: "earlier" });
    await earlier.up({ env });
    await asItWas();
    const { steps } = await loggedUp(earlier, [], { env });
    assert.deepEqual(
      steps.map(({ op }) => op).filter((op) => op !== "same"),
      [],
    );
    await asItWas();
    await earlier.destroy();
    assert.ok(!(await existing()).some((name) => name.includes("earlier")));
    await earlier.pulumi(["stack", "rm", "--yes"]);
  });

  it("needs only the documented permissions, names a missing one, and keeps a kubeconfig's contents out of the state", async () => {
    const ci = engine.on(program, "ci");
    await ci.init();
    const config = parse(readFileSync(engine.sandbox.kubeconfig, "utf8"));
    config.users[0].user.as = "ci";
    const file = join(engine.sandbox.kubeconfig, "..", "ci.kubeconfig");
    writeFileSync(file, stringify(config), { mode: 0o600 });
    // its contents, which the state contains as a secret
    const env = { KUBECONFIG: file, SELDON_NAME: "dogs", SELDON_CONTENTS: "yes" };
    await deployModel(api, { name: "dogs", namespace: NAMESPACE });

    const refused = await ci.failure(["up", "--yes", "--skip-preview"], { env });
    assert.match(
      refused,
      /cannot read deployment e2e-seldon\/dogs: the kubeconfig's user may not (get|list) \S+ in the namespace (e2e-seldon|seldon-logs)/,
    );
    await giveDocumentedRights(api);
    const { stdout, stderr } = await ci.up({ env });
    assert.deepEqual(await outputs(ci), { state: "Available", ready: true });
    const state = (await ci.pulumi(["stack", "export"])).stdout;
    const [, token] = /token: (\w+)/.exec(readFileSync(file, "utf8")) ?? [];
    assert.ok(token);
    assert.ok(!`${refused}${state}${stdout}${stderr}`.includes(token));
    const { clusterId } = JSON.parse(state).deployment.resources.at(-1).outputs;
    const kubeSystem = await api.get("/api/v1/namespaces/kube-system");
    assert.equal(clusterId, metadataOf(kubeSystem).uid);
    // a destroy uses the state's kubeconfig
    await ci.pulumi(["destroy", "--yes", "--skip-preview"], { env: { KUBECONFIG: "/none" } });
    await ci.pulumi(["stack", "rm", "--yes"]);
    assert.ok(!(await existing()).some((name) => name.includes("dogs")));
  });

  it("is not destroyed while a finalizer blocks it, which the error names", async () => {
    await deployModel(api, { name: "cats-2", namespace: NAMESPACE });
    await api.patch(DRIFT, [{ op: "add", path: "/metadata/finalizers", value: ["e2e.test/hold"] }]);
    await stack.up({ env: { SELDON_TIMEOUT: "3s" } });
    const shown = await stack.failure(["destroy", "--yes", "--skip-preview"]);
    assert.match(
      shown,
      /after 3 s these objects still exist: drift detector seldon-logs\/e2e-seldon-seldondeployment-cats-drift \(held by e2e\.test\/hold\)/,
    );
    assert.match(shown, /removed the .*outlier detector seldon-logs\//);
    assert.ok((await existing()).includes("e2e-seldon/cats"));
    await api.patch(DRIFT, [{ op: "remove", path: "/metadata/finalizers" }]);
  });

  it("is destroyed with its detectors, and the engine reports what was removed; other deployments stay", async () => {
    await deployModel(api, CATS);
    const { stdout } = await stack.destroy();
    for (const part of [
      "Knative trigger seldon-logs/e2e-seldon-seldondeployment-cats-drift-trigger",
      "drift detector seldon-logs/e2e-seldon-seldondeployment-cats-drift",
      "outlier detector seldon-logs/e2e-seldon-seldondeployment-cats-outlier",
      "SeldonDeployment e2e-seldon/cats",
    ]) {
      assert.ok(stdout.includes(part), `${part} is not in\n${stdout}`);
    }
    assert.deepEqual(
      (await existing()).sort(),
      [...belongings("cats-2"), "e2e-seldon/cats-2"].sort(),
    );
  });

  it("is destroyed without a message if nothing exists, not even the definitions", async () => {
    await stack.up();
    for (const name of [
      "seldondeployments.machinelearning.seldon.io",
      "services.serving.knative.dev",
    ]) {
      await api.delete(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`);
    }
    const { stdout } = await stack.destroy();
    assert.doesNotMatch(stdout, /removed/);
    await stack.pulumi(["stack", "rm", "--yes"]);
  });
});

/** Applies the roles in docs/seldon-provider.md, in the test's namespace and in the detectors'. */
async function giveDocumentedRights(api: KubernetesApi): Promise<void> {
  const text = readFileSync(join(repository, "docs/seldon-provider.md"), "utf8");
  const documents = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, yaml = ""]) =>
    parseAllDocuments(yaml).map((document) => document.toJS()),
  );
  const [role, binding, clusterRole, clusterBinding] = documents;
  const root = "/apis/rbac.authorization.k8s.io/v1";
  const options = { fieldManager: "test" };
  await api.create(`${root}/clusterroles`, role, options);
  await api.create(`${root}/clusterroles`, clusterRole, options);
  await api.create(`${root}/clusterrolebindings`, clusterBinding, options);
  for (const namespace of [NAMESPACE, "seldon-logs"]) {
    const placed = { ...binding, metadata: { ...binding.metadata, namespace } };
    await api.create(`${root}/namespaces/${namespace}/rolebindings`, placed, options);
  }
}
