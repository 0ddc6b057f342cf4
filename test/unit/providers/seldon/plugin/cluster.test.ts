import assert from "node:assert/strict";
import { UNKNOWN, type ValueMap } from "../../../../../providers/kit/values";
import { SeldonPlugin } from "../../../../../providers/seldon/plugin/plugin";
import { CLUSTER_ID, FakeSeldonCluster } from "../../../../support/fake-seldon-cluster";
import { ManagedResource } from "../../../../support/managed-resource";
import { RecordingLog } from "../../../../support/recording-log";

const OTHER = "22222222-bbbb-4bbb-8bbb-222222222222";
const CATS = { name: "cats", namespace: "seldon" };
const ARGS: ValueMap = { ...CATS, detectorNamespace: "seldon-logs" };
const FORBIDDEN = { status: 403, reason: "Forbidden", message: "namespaces is forbidden" };
const KUBE_SYSTEM = "GET /api/v1/namespaces/kube-system";

/**
 * How clusters are distinguished: by the resource that keeps the identity, and by the one in
 * deployments.
 */
describe("the identity of a cluster", () => {
  let cluster: FakeSeldonCluster;
  let kubeconfig: string;
  let log: RecordingLog;
  let environment: NodeJS.ProcessEnv;

  beforeEach(async () => {
    cluster = new FakeSeldonCluster();
    cluster.install();
    kubeconfig = await cluster.start();
    log = new RecordingLog();
    environment = {};
  });
  afterEach(() => cluster.stop());

  async function plugin(config: ValueMap = { kubeconfig }): Promise<SeldonPlugin> {
    const made = new SeldonPlugin("1.0.0", log, { patienceMs: 50, environment });
    await made.configure(config);
    return made;
  }

  /** The resource in a later run of the engine, with a new plugin. */
  async function later(resource: ManagedResource, config?: ValueMap): Promise<ManagedResource> {
    const { type, name, id, inputs, state } = resource;
    const again = new ManagedResource(await plugin(config), type, name);
    return Object.assign(again, { id, inputs, state });
  }

  async function made(type: "Cluster" | "Deployment"): Promise<ManagedResource> {
    const resource = new ManagedResource(await plugin(), `seldon:index:${type}`, "it");
    await resource.up(argsOf(type));
    return resource;
  }

  const argsOf = (type: string): ValueMap => (type === "Deployment" ? ARGS : {});
  const logged = () => log.messages.map(({ severity, message }) => `${severity}: ${message}`);

  it("is the UID of kube-system, and the same at a different address", async () => {
    const resource = await made("Cluster");
    assert.equal(resource.id, CLUSTER_ID);
    assert.deepEqual(resource.state, { clusterId: CLUSTER_ID });
    const elsewhere = await later(resource, { kubeconfig, context: "fake" });
    assert.deepEqual(await elsewhere.diff({}), []);
    assert.deepEqual(cluster.changes(), []);
    assert.deepEqual(logged(), []);
  });

  for (const type of ["Cluster", "Deployment"] as const) {
    it(`of a ${type} refuses a different cluster in diff, refresh and destroy, and says what to do`, async () => {
      cluster.deploy(CATS);
      const resource = await made(type);
      cluster.identify(OTHER);
      const attempts = [
        (one: ManagedResource) => one.diff(argsOf(type)),
        (one: ManagedResource) => one.refresh(),
        (one: ManagedResource) => one.destroy(1),
      ];
      for (const attempt of attempts) {
        await assert.rejects(attempt(await later(resource)), (error: Error) => {
          assert.match(error.message, /belongs to a different Kubernetes cluster/);
          assert.ok(error.message.includes(CLUSTER_ID) && error.message.includes(OTHER));
          assert.match(error.message, /KUBECONFIG/);
          assert.ok(error.message.includes(`SELDON_ACCEPT_CLUSTER=${OTHER} pulumi up --refresh`));
          return true;
        });
      }
      assert.deepEqual(cluster.changes(), []);
    });

    it(`of a ${type} is replaced by that of the cluster that the environment accepts`, async () => {
      const resource = await made(type);
      cluster.identify(OTHER);
      environment = { SELDON_ACCEPT_CLUSTER: OTHER };
      const moved = await later(resource);
      assert.deepEqual(await moved.diff(argsOf(type)), ["update clusterId"]);
      assert.equal(await moved.up(argsOf(type)), "update");
      assert.equal(moved.state.clusterId, OTHER);
      environment = {};
      assert.deepEqual(await (await later(moved)).diff(argsOf(type)), []);
    });

    it(`of a ${type} is added to a state that lacks it, by an update or a refresh`, async () => {
      const resource = await made(type);
      const { clusterId: _, ...old } = resource.state;
      resource.state = old;
      assert.deepEqual(await resource.diff(argsOf(type)), ["update clusterId"]);
      await resource.up(argsOf(type));
      assert.equal(resource.state.clusterId, CLUSTER_ID);
      resource.state = old;
      await resource.refresh();
      assert.equal(resource.state.clusterId, CLUSTER_ID);
    });

    it(`of a ${type} stops only resources that have one in the state if it cannot be read`, async () => {
      cluster.refusals.set(KUBE_SYSTEM, FORBIDDEN);
      const blind = await made(type);
      assert.equal(blind.state.clusterId, "");
      assert.deepEqual(await (await later(blind)).diff(argsOf(type)), []);
      cluster.refusals.clear();
      assert.deepEqual(await (await later(blind)).diff(argsOf(type)), ["update clusterId"]);
      const known = await made(type);
      cluster.refusals.set(KUBE_SYSTEM, FORBIDDEN);
      await assert.rejects(
        (await later(known)).diff(argsOf(type)),
        /it is unknown whether this is the same cluster: the kubeconfig's user may not get namespaces kube-system: grant that permission, see docs\/seldon-provider\.md/,
      );
    });

    it(`of a ${type} cannot be compared on an unreachable cluster: a diff warns, a destroy fails`, async () => {
      const resource = await made(type);
      await cluster.stop();
      const lost = await later(resource);
      assert.deepEqual(await lost.diff(argsOf(type)), []);
      assert.match(logged().join(), /^warning: cannot connect to the Kubernetes API server at /);
      await assert.rejects(
        lost.destroy(1),
        /If that cluster is permanently gone, run: PULUMI_K8S_DELETE_UNREACHABLE=true pulumi destroy/,
      );
      environment = { PULUMI_K8S_DELETE_UNREACHABLE: "true" };
      await (await later(resource)).destroy(1);
      assert.match(
        logged().at(-1) ?? "",
        /^warning: removed from the state without contacting the cluster: /,
      );
    });
  }

  it("causes a warning that a different cluster is not detected if it cannot be read", async () => {
    cluster.refusals.set(KUBE_SYSTEM, FORBIDDEN);
    const resource = new ManagedResource(await plugin(), "seldon:index:Cluster", "it");
    await resource.preview({});
    assert.match(
      logged().join(),
      /^warning: a kubeconfig for another cluster will not be detected/,
    );
  });

  it(
    "is not known in a preview without a cluster, and not requested before its provider is " +
      "known",
    async () => {
      for (const config of [{ kubeconfig: "/none" }, { kubeconfig: UNKNOWN }]) {
        const resource = new ManagedResource(await plugin(config), "seldon:index:Cluster", "it");
        assert.deepEqual(await resource.preview({}), { clusterId: UNKNOWN });
      }
    },
  );

  it("immediately fails an update on an unreachable cluster", async () => {
    const resource = new ManagedResource(
      await plugin({ kubeconfig: "/none" }),
      "seldon:index:Cluster",
      "it",
    );
    await assert.rejects(resource.up({}), /the kubeconfig \/none does not exist/);
  });

  describe("and the provider's arguments", () => {
    async function change(before: ValueMap, after: ValueMap): Promise<string[]> {
      await (await plugin()).configChanged(before, after, "urn");
      return log.takeWarnings();
    }

    it("causes a warning when they change, without a kubeconfig's contents", async () => {
      const [warning, ...more] = await change(
        { context: "one", kubeconfig: "token: a" },
        { kubeconfig: "token: b" },
      );
      assert.equal(
        warning,
        `the provider's kubeconfig changed, its context changed from "one" to the current one: make sure that this is the same cluster. If its identity is in the state, a different cluster is refused`,
      );
      assert.deepEqual(more, []);
    });

    it("cause no warning if only something else changes", async () => {
      assert.deepEqual(await change({ context: "one", version: "1" }, { context: "one" }), []);
    });
  });
});
