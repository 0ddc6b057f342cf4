import assert from "node:assert/strict";
import { UNKNOWN, type ValueMap } from "../../../../../providers/kit/values";
import { SeldonPlugin } from "../../../../../providers/seldon/plugin/plugin";
import { CLUSTER_ID, FakeSeldonCluster } from "../../../../support/fake-seldon-cluster";
import { CheckFailed, ManagedResource } from "../../../../support/managed-resource";
import { RecordingLog } from "../../../../support/recording-log";

const CATS = { name: "cats", namespace: "seldon" };
const ARGS: ValueMap = { ...CATS, detectorNamespace: "seldon-logs" };
const DRIFT = "seldon-seldondeployment-cats-drift";
const OUTLIER = "seldon-seldondeployment-cats-outlier";
const DRIFT_PATH = `/apis/serving.knative.dev/v1/namespaces/seldon-logs/services/${DRIFT}`;
const CATS_PATH = "/apis/machinelearning.seldon.io/v1/namespaces/seldon/seldondeployments/cats";
const ABSENT = { ...ARGS, state: "Absent", ready: false, clusterId: CLUSTER_ID };
const AVAILABLE = { ...ARGS, state: "Available", ready: true, clusterId: CLUSTER_ID };

describe("a deployment on Seldon", () => {
  let cluster: FakeSeldonCluster;
  let kubeconfig: string;
  let log: RecordingLog;
  let cats: ManagedResource;

  beforeEach(async () => {
    cluster = new FakeSeldonCluster();
    cluster.install();
    kubeconfig = await cluster.start();
    log = new RecordingLog();
    cats = await resource({ kubeconfig });
  });
  afterEach(() => cluster.stop());

  async function resource(config: ValueMap): Promise<ManagedResource> {
    const plugin = new SeldonPlugin("1.0.0", log, { patienceMs: 100 });
    await plugin.configure(config);
    return new ManagedResource(plugin, "seldon:index:DeploymentCleanup", "cats");
  }

  const everything = () => [...cluster.namesIn("seldon"), ...cluster.namesIn("seldon-logs")];
  const logged = () => log.messages.map(({ severity, message }) => `${severity}: ${message}`);

  describe("create", () => {
    it("creates nothing, and says that nothing is deployed yet", async () => {
      assert.equal(await cats.up(ARGS), "create");
      assert.deepEqual(cats.state, ABSENT);
      assert.equal(cats.id, "seldon/cats");
      assert.deepEqual(cluster.changes(), []);
      assert.equal(await cats.up(ARGS), "same");
    });

    it("succeeds if the definitions are absent", async () => {
      cluster.definitions.clear();
      await cats.up(ARGS);
      assert.deepEqual(cats.state, ABSENT);
    });

    it("adopts a deployment that already exists", async () => {
      cluster.deploy(CATS);
      await cats.up(ARGS);
      assert.deepEqual(cats.state, AVAILABLE);
      assert.deepEqual(await cats.diff(ARGS), []);
    });

    it("knows the names in a preview, but not the state", async () => {
      const preview = await cats.preview(ARGS);
      const unknown = { state: UNKNOWN, ready: UNKNOWN, clusterId: UNKNOWN };
      assert.deepEqual(preview, { ...ARGS, ...unknown });
      assert.deepEqual(cluster.changes(), []);
      assert.deepEqual(logged(), []);
    });

    it("says in the preview that it adopts what exists, and in the update that it did", async () => {
      cluster.deploy(CATS);
      const adoption =
        "deployment seldon/cats: it already exists, and is Available; the stack adopts it, and " +
        "removes it with its detectors when the stack is destroyed. If it belongs " +
        "to another stack or system, choose another name or namespace";
      await cats.preview(ARGS);
      assert.deepEqual(logged(), [`warning: ${adoption}`]);
      await cats.up(ARGS);
      assert.deepEqual(logged().slice(1), [`info: ${adoption}`]);
    });

    it("says in the preview that detectors without their deployment would be adopted", async () => {
      cluster.deploy(CATS);
      cluster.objects.delete(CATS_PATH);
      await cats.preview(ARGS);
      assert.match(
        logged().join(),
        /^warning: deployment seldon\/cats: its detectors already exist; /,
      );
    });

    it("says in the preview that the namespace for its detectors does not exist", async () => {
      cluster.objects.delete("/api/v1/namespaces/seldon-logs");
      await cats.preview(ARGS);
      assert.deepEqual(logged(), [
        "warning: deployment seldon/cats: the namespace seldon-logs does not exist, so its detectors cannot " +
          "be created: install Seldon's request logger, or correct detectorNamespace",
      ]);
    });

    it("is previewed even if the cluster is unknown or unreachable, or no kubeconfig selects it", async () => {
      const unknown = await resource({ kubeconfig: UNKNOWN });
      assert.equal((await unknown.preview(ARGS)).name, "cats");
      assert.deepEqual(logged(), []);
      const lost = await resource({ kubeconfig: "/no/such/file" });
      assert.equal((await lost.preview(ARGS)).name, "cats");
      await lost.preview(ARGS);
      assert.deepEqual(logged(), [
        "warning: the kubeconfig /no/such/file does not exist. Nothing on the cluster is " +
          "checked, and changes to it will fail",
      ]);
    });

    it("is previewed without read permission, with a warning that names the permission", async () => {
      const path = "/apis/machinelearning.seldon.io/v1/namespaces/seldon/seldondeployments/cats";
      cluster.refusals.set(`GET ${path}`, { status: 403, reason: "Forbidden", message: "no" });
      await cats.preview(ARGS);
      assert.match(
        logged().join(),
        /^warning: cannot read deployment seldon\/cats: .* may not get seldondeployments/,
      );
    });
  });

  describe("check", () => {
    it("accepts names that Kubernetes accepts, and unknown values", async () => {
      assert.deepEqual(await cats.check(ARGS), ARGS);
      await cats.check({ ...ARGS, name: UNKNOWN });
    });

    it("refuses other names, and unknown arguments", async () => {
      const cases: [ValueMap, RegExp][] = [
        [{ name: "Cats" }, /^name: "Cats" may contain only lowercase letters/],
        [{ namespace: "my_space" }, /^namespace: "my_space" may contain/],
        [{ detectorNamespace: "-logs" }, /^detectorNamespace: "-logs" may contain/],
        [
          { name: "c".repeat(64) },
          /^name: "c{64}" is 64 characters long, but at most 63 are allowed$/,
        ],
        [{ name: "c".repeat(32) }, /^name: makes the detector name .* which is 64 characters long/],
        [{ name: "" }, /^name: must not be empty$/],
        [{ name: null }, /^name: is required$/],
        [{ name: 7 }, /^name: must be a string$/],
        [{ detectorNamespaces: "x" }, /is not a valid argument; did you mean detectorNam/],
      ];
      for (const [change, message] of cases) {
        await assert.rejects(cats.check({ ...ARGS, ...change }), (error) => {
          assert.ok(error instanceof CheckFailed);
          assert.match(error.message, message);
          return true;
        });
      }
    });
  });

  describe("read", () => {
    beforeEach(() => cats.up(ARGS));

    it("follows it from Absent through Creating to Available", async () => {
      const seen: unknown[] = [];
      const look = async () => {
        assert.ok(await cats.refresh());
        seen.push([cats.state.state, cats.state.ready]);
        assert.deepEqual(await cats.diff(ARGS), [], "a state is no drift");
      };
      await look();
      cluster.deploy({ ...CATS, state: "Creating", detectorsReady: false });
      await look();
      cluster.deploy(CATS);
      await look();
      cluster.objects.delete(CATS_PATH);
      await look();
      assert.deepEqual(seen, [
        ["Absent", false],
        ["Creating", false],
        ["Available", true],
        ["Absent", false],
      ]);
    });

    it("reports one that Seldon has not reconciled as Creating", async () => {
      cluster.deploy(CATS);
      cluster.objects.set(CATS_PATH, { metadata: { ...CATS }, status: {} });
      await cats.refresh();
      assert.equal(cats.state.state, "Creating");
    });

    it("is ready only with its detectors, regardless of those of other deployments", async () => {
      const ready = async () => {
        await cats.refresh();
        assert.equal(cats.state.state, "Available");
        return cats.state.ready;
      };
      cluster.deploy({ ...CATS, detectorsReady: false });
      assert.equal(await ready(), false);
      cluster.deploy({ name: "cats-2", namespace: "seldon", detectorsReady: false });
      cluster.deploy(CATS);
      assert.equal(await ready(), true);
      for (const path of [...cluster.objects.keys()]) {
        if (path.startsWith("/apis/serving") && path.includes("-cats-d")) {
          cluster.objects.set(path, { metadata: { name: DRIFT } });
        }
      }
      assert.equal(await ready(), false, "a service without conditions");
    });

    it("is not ready while it is being deleted", async () => {
      cluster.deploy(CATS);
      cluster.hold(CATS_PATH, "somebody/holds-it");
      const object = cluster.objects.get(CATS_PATH);
      if (object) object.metadata.deletionTimestamp = "2024-05-01T00:00:00Z";
      await cats.refresh();
      assert.deepEqual([cats.state.state, cats.state.ready], ["Available", false]);
    });

    it("fails instead of reporting it as gone when the server is unreachable", async () => {
      await cluster.stop();
      await assert.rejects(
        cats.refresh(),
        /^Error: cannot read deployment seldon\/cats: cannot connect to the Kubernetes API server at http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/,
      );
      await cluster.start();
    });

    it("fails when something else responds at the address", async () => {
      for (const path of ["/apis", CATS_PATH]) {
        cluster.refusals.set(`GET ${path}`, { status: 404, reason: "", message: "no such page" });
        await assert.rejects(cats.refresh(), /cannot read deployment seldon\/cats: no such page/);
        cluster.refusals.clear();
      }
    });

    it("names the missing permission", async () => {
      const message = 'seldondeployments "cats" is forbidden';
      cluster.refusals.set(`GET ${CATS_PATH}`, { status: 403, reason: "Forbidden", message });
      await assert.rejects(
        cats.refresh(),
        /may not get seldondeployments\.machinelearning\.seldon\.io in the namespace seldon: grant that permission with a Role.*server says: seldondeployments "cats" is forbidden/,
      );
    });
  });

  describe("import", () => {
    it("adopts a deployment by namespace and name", async () => {
      cluster.deploy(CATS);
      await cats.import("seldon/cats");
      assert.deepEqual(cats.inputs, ARGS);
      assert.deepEqual(cats.state, AVAILABLE);
      assert.deepEqual(await cats.diff(ARGS), []);
    });

    it("accepts a different detector namespace as the third part, which is not part of the id", async () => {
      cluster.deploy({ ...CATS, detectorNamespace: "monitoring" });
      await cats.import("seldon/cats/monitoring");
      assert.equal(cats.id, "seldon/cats");
      assert.deepEqual(cats.inputs, { ...CATS, detectorNamespace: "monitoring" });
    });

    it("finds nothing if nothing exists, not even a detector", async () => {
      await assert.rejects(cats.import("seldon/cats"), /does not exist/);
      cluster.deploy(CATS);
      cluster.objects.delete(CATS_PATH);
      await cats.import("seldon/cats");
      assert.equal(cats.state.state, "Absent");
    });

    it("shows the format of an id", async () => {
      for (const id of ["cats", "seldon/", "a/b/c/d", "Seldon/cats"]) {
        await assert.rejects(cats.import(id), /is not a valid deployment id: use namespace\/name/);
      }
    });
  });

  describe("changes", () => {
    beforeEach(async () => {
      cluster.deploy(CATS);
      await cats.up(ARGS);
    });

    it("of name or namespace replace it, and delete the rest of the old one", async () => {
      assert.deepEqual(await cats.diff({ ...ARGS, namespace: "prod" }), [
        "update namespace (replace)",
      ]);
      assert.deepEqual(log.takeWarnings(), [
        "deployment seldon/cats (currently Available) will be deleted with its detectors: nothing is deployed under the new name until the next model is trained",
      ]);
      assert.equal(await cats.up({ ...ARGS, name: "dogs" }), "replace");
      assert.deepEqual(everything(), []);
      assert.equal(cats.id, "seldon/dogs");
    });

    it("of the detectors' namespace delete nothing, and name what stays behind", async () => {
      assert.equal(await cats.up({ ...ARGS, detectorNamespace: "monitoring" }), "update");
      assert.equal(everything().length, 5);
      assert.deepEqual(log.takeWarnings(), [
        "deployment seldon/cats leaves detectors in seldon-logs; to delete them, run: kubectl -n seldon-logs " +
          `delete services.serving.knative.dev/${DRIFT} ` +
          `services.serving.knative.dev/${OUTLIER} ` +
          `triggers.eventing.knative.dev/${DRIFT}-trigger ` +
          `triggers.eventing.knative.dev/${OUTLIER}-trigger`,
      ]);
      assert.equal(await cats.up(ARGS), "update");
      assert.deepEqual(log.takeWarnings(), [], "nothing stays behind in monitoring");
    });

    it("of the detectors' namespace are previewed without a request", async () => {
      cluster.requests.length = 0;
      const state = await cats.preview({ ...ARGS, detectorNamespace: "monitoring" });
      assert.equal(state.ready, UNKNOWN);
      assert.deepEqual(cluster.requests, []);
    });
  });

  describe("delete", () => {
    it("removes triggers and detectors, then the deployment, and says so", async () => {
      cluster.deploy(CATS);
      await cats.up(ARGS);
      log.messages.length = 0;
      await cats.destroy();
      assert.deepEqual(everything(), []);
      assert.deepEqual(
        cluster
          .changes()
          .map(({ method, path }) => `${method} ${path.split("/").slice(-2).join("/")}`),
        [
          `DELETE triggers/${DRIFT}-trigger`,
          `DELETE triggers/${OUTLIER}-trigger`,
          `DELETE services/${DRIFT}`,
          `DELETE services/${OUTLIER}`,
          "DELETE seldondeployments/cats",
        ],
      );
      assert.deepEqual(log.messages, [
        {
          severity: "info",
          message:
            "deployment seldon/cats: removed " +
            `the Knative trigger seldon-logs/${DRIFT}-trigger, ` +
            `the Knative trigger seldon-logs/${OUTLIER}-trigger, ` +
            `the drift detector seldon-logs/${DRIFT}, the outlier detector seldon-logs/${OUTLIER}`,
          urn: cats.urn,
        },
        {
          severity: "info",
          message: "deployment seldon/cats: removed the SeldonDeployment seldon/cats",
          urn: cats.urn,
        },
      ]);
    });

    it("waits until each is gone before it continues", async () => {
      cluster.deploy(CATS);
      await cats.up(ARGS);
      cluster.lingering = 2;
      await cats.destroy();
      const order = cluster.requests.map(({ method, path }) => `${method} ${path}`);
      const last = order.lastIndexOf(`DELETE ${CATS_PATH}`);
      const looks = order.slice(order.indexOf(`DELETE ${DRIFT_PATH}`), last);
      assert.ok(looks.filter((it) => it.startsWith("GET")).length >= 6, looks.join("\n"));
      assert.ok(!cluster.objects.has(CATS_PATH));
      // an object that is already being deleted is not deleted again
      assert.equal(order.filter((it) => it === `DELETE ${DRIFT_PATH}`).length, 1);
    });

    it("does not touch other deployments and their detectors", async () => {
      const others = [
        { name: "cats-2", namespace: "seldon" },
        { name: "cats", namespace: "team-b" },
      ];
      for (const model of [CATS, ...others]) cluster.deploy(model);
      await cats.up(ARGS);
      await cats.destroy();
      assert.deepEqual(everything(), [
        "seldondeployments/cats-2",
        ...["seldon-seldondeployment-cats-2", "team-b-seldondeployment-cats"].flatMap((start) =>
          ["drift", "outlier"].map((kind) => `services/${start}-${kind}`),
        ),
        ...["seldon-seldondeployment-cats-2", "team-b-seldondeployment-cats"].flatMap((start) =>
          ["drift", "outlier"].map((kind) => `triggers/${start}-${kind}-trigger`),
        ),
      ]);
      assert.deepEqual(cluster.namesIn("team-b"), ["seldondeployments/cats"]);
    });

    it("reports nothing if nothing exists, or if the definitions are absent", async () => {
      await cats.up(ARGS);
      await cats.destroy();
      cluster.definitions.clear();
      await cats.up(ARGS);
      await cats.destroy();
      assert.deepEqual(log.messages, []);
      assert.deepEqual(cluster.changes(), []);
    });

    it("removes the deployment if Knative is absent", async () => {
      cluster.deploy(CATS);
      cluster.definitions.delete("serving.knative.dev/v1/services");
      cluster.definitions.delete("eventing.knative.dev/v1/triggers");
      await cats.up(ARGS);
      await cats.destroy();
      assert.deepEqual(cluster.namesIn("seldon"), []);
    });

    it("uses the server's preferred version", async () => {
      cluster.definitions.delete("machinelearning.seldon.io/v1/seldondeployments");
      cluster.definitions.add("machinelearning.seldon.io/v1alpha2/seldondeployments");
      await cats.up(ARGS);
      const paths = cluster.requests.map(({ path }) => path);
      assert.ok(paths.includes(CATS_PATH.replace("/v1/", "/v1alpha2/")), paths.join("\n"));
    });

    it("accepts detectors that are already gone", async () => {
      cluster.deploy(CATS);
      await cats.up(ARGS);
      for (const path of [...cluster.objects.keys()]) {
        if (path.includes("/seldon-logs/")) cluster.objects.delete(path);
      }
      log.messages.length = 0;
      await cats.destroy();
      assert.deepEqual(logged(), [
        "info: deployment seldon/cats: removed the SeldonDeployment seldon/cats",
      ]);
    });

    it("accepts that an object disappears before it is deleted", async () => {
      cluster.deploy(CATS);
      await cats.up(ARGS);
      const message = "services not found";
      cluster.refusals.set(`DELETE ${DRIFT_PATH}`, { status: 404, reason: "NotFound", message });
      const look = setInterval(() => cluster.objects.delete(DRIFT_PATH), 20);
      await cats.destroy();
      clearInterval(look);
      assert.deepEqual(everything(), []);
    });

    it("also removes what a job that was still running has created again", async () => {
      cluster.deploy(CATS);
      await cats.up(ARGS);
      cluster.hold(DRIFT_PATH, "hold");
      const again = setTimeout(() => {
        cluster.objects.delete(DRIFT_PATH);
        cluster.deploy(CATS);
      }, 120);
      await cats.destroy();
      clearTimeout(again);
      assert.deepEqual(everything(), []);
    });

    it("names what a finalizer blocks at the timeout, and continues the next time", async () => {
      cluster.deploy(CATS);
      await cats.up(ARGS);
      cluster.hold(DRIFT_PATH, "routes.serving.knative.dev");
      await assert.rejects(cats.destroy(0.3), {
        message:
          "deployment seldon/cats was not removed completely: after 0.3 s these objects " +
          `still exist: drift detector seldon-logs/${DRIFT} (held by ` +
          "routes.serving.knative.dev). The controller that removes the finalizers may not " +
          "be running: check it first. The next destroy will continue; to allow more " +
          "time, set customTimeouts",
      });
      assert.ok(cluster.objects.has(CATS_PATH), "the deployment goes after its detectors");
      assert.match(logged().join(), /info: .*removed .*the outlier detector/);
      cluster.release(DRIFT_PATH);
      await cats.destroy();
      assert.deepEqual(everything(), []);
    });

    it("stops waiting when it is cancelled", async () => {
      cluster.deploy(CATS);
      await cats.up(ARGS);
      cluster.hold(CATS_PATH, "somebody/holds-it");
      setTimeout(() => cats.cancel(), 100);
      await assert.rejects(
        cats.destroy(),
        /the delete was cancelled: these objects still exist: SeldonDeployment seldon\/cats \(held by somebody\/holds-it\)/,
      );
    });

    it("names the verb, resource and namespace of a missing permission", async () => {
      cluster.deploy(CATS);
      await cats.up(ARGS);
      const message = `services.serving.knative.dev "${DRIFT}" is forbidden: User "ci" cannot delete`;
      cluster.refusals.set(`DELETE ${DRIFT_PATH}`, { status: 403, reason: "Forbidden", message });
      await assert.rejects(
        cats.destroy(),
        /^Error: deployment seldon\/cats was not removed completely: the kubeconfig's user may not delete services\.serving\.knative\.dev in the namespace seldon-logs: .*User "ci"/,
      );
      assert.ok(cluster.objects.has(CATS_PATH));
    });

    it("fails when the server is unreachable, and succeeds when it is back", async () => {
      cluster.deploy(CATS);
      await cats.up(ARGS);
      cluster.refusals.set("GET", { status: 503, reason: "", message: "starting" });
      await assert.rejects(cats.destroy(), /was not removed completely: starting$/);
      cluster.refusals.clear();
      await cats.destroy();
      assert.deepEqual(everything(), []);
    });

    it("keeps objects with an unknown owner, and says so", async () => {
      const args = ["--event_source", "io.seldon.serving.seldon-seldondeployment-cats-drift"];
      const path = "/apis/serving.knative.dev/v1/namespaces/seldon-logs/services/drift-7f3a";
      cluster.objects.set(path, {
        metadata: { name: "drift-7f3a", namespace: "seldon-logs" },
        spec: { template: { spec: { containers: [{ args }] } } },
      });
      await cats.up(ARGS);
      await cats.destroy();
      assert.deepEqual(everything(), ["services/drift-7f3a"]);
      assert.match(
        log.takeWarnings().join(),
        /^deployment seldon\/cats: these Knative services in seldon-logs may be its detectors or those of a deployment cats in another namespace, so they are kept: drift-7f3a\./,
      );
    });
  });
});
