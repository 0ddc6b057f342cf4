import assert from "node:assert/strict";
import { UNKNOWN, type ValueMap } from "../../../../../providers/kit/values";
import { SeldonPlugin } from "../../../../../providers/seldon/plugin/plugin";
import { CLUSTER_ID, FakeSeldonCluster } from "../../../../support/fake-seldon-cluster";
import { RecordingLog } from "../../../../support/recording-log";

const SECRET = { kind: "Secret", namespace: "default", name: "pipeline-secret" };

/** What programs query from the cluster, including in previews. */
describe("the Seldon provider's functions", () => {
  let cluster: FakeSeldonCluster;
  let kubeconfig: string;
  let log: RecordingLog;

  beforeEach(async () => {
    cluster = new FakeSeldonCluster();
    cluster.install();
    kubeconfig = await cluster.start();
    log = new RecordingLog();
  });
  afterEach(() => cluster.stop());

  async function call(name: string, args: ValueMap, config: ValueMap = { kubeconfig }) {
    const plugin = new SeldonPlugin("1.0.0", log, { patienceMs: 50 });
    await plugin.configure(config);
    const token = `seldon:index:${name}`;
    const signal = new AbortController().signal;
    const called = await plugin.functions[token]?.({ token, args, signal });
    assert.ok(called !== undefined);
    return called;
  }

  it("return the identity of the cluster", async () => {
    assert.deepEqual((await call("getCluster", {})).result, { clusterId: CLUSTER_ID });
  });

  it("return whether a namespace or a Secret exists, without its values", async () => {
    const find = async (args: ValueMap) => (await call("findObject", args)).result;
    assert.deepEqual(await find({ kind: "Namespace", name: "seldon" }), { exists: false });
    assert.deepEqual(await find(SECRET), { exists: false });
    cluster.addNamespace("seldon");
    cluster.objects.set("/api/v1/namespaces/default/secrets/pipeline-secret", {
      metadata: { name: "pipeline-secret" },
    });
    assert.deepEqual(await find({ kind: "Namespace", name: "seldon" }), { exists: true });
    assert.deepEqual(await find(SECRET), { exists: true });
    assert.match(cluster.requests.at(-1)?.accept ?? "", /as=PartialObjectMetadata/);
  });

  it("return the names of an object's annotations, which show how it was created", async () => {
    cluster.objects.set("/api/v1/namespaces/default/secrets/pipeline-secret", {
      metadata: { name: "pipeline-secret", annotations: { "example.com/by": "canary" } },
    });
    assert.deepEqual((await call("findObject", SECRET)).result, {
      exists: true,
      annotations: ["example.com/by"],
    });
  });

  it("return the reason if they cannot, and warn about an unreachable cluster", async () => {
    cluster.refusals.set("GET /api/v1/namespaces/default/secrets/pipeline-secret", {
      status: 403,
      reason: "Forbidden",
      message: "secrets is forbidden",
    });
    assert.match(
      String((await call("findObject", SECRET)).result.problem),
      /^the kubeconfig's user may not get secrets in the namespace default: grant that permission/,
    );
    assert.deepEqual(log.takeWarnings(), []);
    const { result } = await call("findObject", SECRET, { kubeconfig: "/none" });
    assert.deepEqual(result, { problem: "the cluster cannot be queried" });
    assert.match(log.takeWarnings().join(), /^the kubeconfig \/none does not exist\. /);
    const unknown = await call("getCluster", {}, { kubeconfig: UNKNOWN });
    assert.deepEqual(unknown.result, { problem: "the cluster is not known yet" });
  });

  it("return unknown while the names are unknown", async () => {
    const args = { kind: "Namespace", name: UNKNOWN };
    assert.deepEqual((await call("findObject", args)).result, { exists: UNKNOWN });
  });

  it("refuse invalid arguments", async () => {
    const refuse = async (args: ValueMap) =>
      (await call("findObject", args)).failures?.map(({ reason }) => reason).join();
    assert.equal(
      await refuse({ kind: "Pod", name: "x" }),
      'kind: expected one of Namespace, Secret, ServiceAccount, found "Pod"',
    );
    assert.equal(await refuse({ kind: "Secret", name: "x" }), "namespace: is required");
    assert.equal(
      await refuse({ kind: "Namespace", name: "x", namespace: "y" }),
      "namespace: must be left out for a Namespace",
    );
    assert.equal(await refuse({ kind: "Namespace" }), "name: is required");
  });
});
