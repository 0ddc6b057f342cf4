import assert from "node:assert/strict";
import type { Value, ValueMap } from "../../providers/kit/values";
import { isSecret, reveal } from "../../providers/kit/values";
import { KubernetesApi } from "../../sandbox/cluster/api";
import { readKubeconfig } from "../../sandbox/cluster/kubeconfig";
import { KubernetesPlugin } from "../../sandbox/stand-ins/pulumi-plugins/kubernetes/plugin";
import { type BareCluster, startBareCluster } from "../support/bare-cluster";
import { jsonDifferences } from "../support/json-differences";
import {
  type RecordedObject,
  readKubernetesRecording,
  withoutRandomness,
} from "../support/kubernetes-recording";
import { ManagedResource } from "../support/managed-resource";
import { comparableJson, fromStateFile } from "../support/recorded-values";
import { RecordingLog } from "../support/recording-log";

const NAMESPACE = "kubernetes:core/v1:Namespace";
const SECRET = "kubernetes:core/v1:Secret";
const SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role";
const ROLE_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";

/** A cluster to use instead of starting one: the path of its kubeconfig. */
const given = process.env.STANDIN_KUBECONFIG;

describe("the kubernetes stand-in plugin, on a real API server", () => {
  let cluster: BareCluster | undefined;
  let kubeconfig: string;
  let api: KubernetesApi;
  let plugin: KubernetesPlugin;
  const log = new RecordingLog();
  const recording = readKubernetesRecording();

  before(async function () {
    this.timeout(1_200_000); // tools may have to be built
    if (given === undefined) cluster = await startBareCluster();
    kubeconfig = given ?? cluster?.kubeconfig ?? "";
    api = new KubernetesApi(readKubeconfig(kubeconfig, undefined));
    plugin = await configure({});
  });

  after(async () => {
    await cluster?.stop();
  });

  async function configure(args: ValueMap): Promise<KubernetesPlugin> {
    const configured = new KubernetesPlugin("4.34.2", log, {});
    await configured.configure({ kubeconfig, enableSecretMutable: "true", ...args }, undefined);
    return configured;
  }

  describe("compared with the recorded official plugin", () => {
    const resources = new Map<string, ManagedResource>();

    /** The program that was recorded. */
    const programs: readonly [string, string, (known: ValueMap) => ValueMap][] = [
      [
        "seldon",
        NAMESPACE,
        () => ({ metadata: { name: "seldon", labels: { "seldon.restricted": "false" } } }),
      ],
      [
        "pipeline-secret",
        SECRET,
        () => ({ metadata: { name: "pipeline-secret2" }, data: { det_master: "bmV3" } }),
      ],
      [
        "r",
        ROLE,
        () => ({
          metadata: { namespace: "seldon" },
          rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
        }),
      ],
      [
        "detectors",
        SERVICE_ACCOUNT,
        () => ({ metadata: { name: "detectors", namespace: "seldon" } }),
      ],
      [
        "rb",
        ROLE_BINDING,
        ({ role }) => ({
          metadata: { namespace: "seldon" },
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role ?? null },
          subjects: [{ kind: "ServiceAccount", name: "detectors", namespace: "seldon" }],
        }),
      ],
    ];

    const args = (name: string): ValueMap => {
      const program = programs.find(([resource]) => resource === name);
      assert.ok(program);
      return program[2]({ role: nameOf(resources.get("r")) });
    };

    it("plans the same inputs", async () => {
      for (const [name, type] of programs) {
        const recorded = recording.previewOfCreate.find((step) => step.name === name);
        const resource = new ManagedResource(plugin, type, name);
        resources.set(name, resource);
        const checked = await resource.check(args(name));
        const shown = Object.fromEntries(
          Object.entries(checked).map(([key, value]) => [
            key,
            isSecret(value) ? "[secret]" : value,
          ]),
        );
        if (name === "rb") continue; // the name of its role is known once the role is created
        assert.deepEqual(withoutRandomness(shown), withoutRandomness(recorded?.inputs), name);
      }
    });

    it("puts the same ids, inputs and outputs into the state", async () => {
      for (const [name, type] of programs) {
        const resource = resources.get(name);
        assert.ok(resource);
        await resource.up(args(name));
        const recorded = recording.stateAfterUp.find((object) => object.type === type);
        assert.ok(recorded);
        assert.deepEqual(differences(recorded, resource), [], name);
      }
    });

    it("previews no change to what was just created, nor after a refresh", async () => {
      for (const [name, resource] of resources) {
        assert.deepEqual(await resource.diff(args(name)), [], name);
        assert.ok(await resource.refresh());
        assert.deepEqual(await resource.diff(args(name)), [], name);
      }
    });

    it("shows the same paths in the preview of an update", async () => {
      const edits: Record<string, ValueMap> = {
        seldon: { metadata: { name: "seldon", labels: { "seldon.restricted": "true" } } },
        "pipeline-secret": {
          metadata: { name: "pipeline-secret2" },
          data: { det_master: "bmV3ZXI=" },
        },
        detectors: {
          metadata: { name: "detectors", namespace: "seldon", annotations: { a: "b" } },
        },
      };
      assert.deepEqual(
        recording.previewOfUpdate.map(({ name }) => name),
        Object.keys(edits),
      );
      for (const { name, detailedDiff } of recording.previewOfUpdate) {
        const expected = Object.entries(detailedDiff ?? {}).map(
          ([path, { kind }]) => `${kind} ${path}`,
        );
        assert.deepEqual(await resources.get(name)?.diff(edits[name] ?? {}), expected, name);
      }
    });

    it("deletes everything, and waits until it is gone", async () => {
      for (const [, resource] of [...resources].reverse()) await resource.destroy();
      await assert.rejects(api.get("/api/v1/namespaces/seldon"), /not found/);
      await assert.rejects(api.get("/api/v1/namespaces/default/secrets/pipeline-secret2"));
    });

    function differences(recorded: RecordedObject, resource: ManagedResource): string[] {
      const official = { ...recorded, ...decoded(recorded) };
      return jsonDifferences(
        withoutRandomness({
          id: official.id,
          inputs: comparableJson(official.inputs),
          outputs: comparableJson(official.outputs),
        }),
        withoutRandomness({
          id: resource.id,
          inputs: comparableJson(resource.inputs),
          outputs: comparableJson(resource.state),
        }),
      );
    }
  });

  describe("with a Secret", () => {
    const path = "/api/v1/namespaces/default/secrets/credentials";
    const args = (data: ValueMap, labels?: ValueMap): ValueMap => ({
      metadata: { name: "credentials", ...(labels !== undefined && { labels }) },
      data,
    });
    let secret: ManagedResource;

    beforeEach(() => {
      secret = new ManagedResource(plugin, SECRET, "credentials");
    });

    afterEach(async () => {
      if (secret.id !== "") await secret.destroy();
      await api.delete(path, {}).catch(() => {}); // most tests leave no Secret
    });

    const live = async () => (await api.get(path)) as ValueMap & { data: ValueMap };

    it("changes it in place, and removes keys that the program no longer has", async () => {
      await secret.up(args({ a: "YQ==", b: "Yg==" }, { team: "vision" }));
      const { uid } = (await live()).metadata as ValueMap;
      assert.equal(await secret.up(args({ a: "YmI=" })), "update");
      assert.deepEqual((await live()).data, { a: "YmI=" });
      assert.equal(((await live()).metadata as ValueMap).labels, undefined);
      assert.equal(((await live()).metadata as ValueMap).uid, uid);
      assert.equal(await secret.up(args({ c: "Yw==" })), "update");
      assert.deepEqual((await live()).data, { c: "Yw==" });
    });

    it("changes nothing in a preview", async () => {
      assert.ok(isSecret((await secret.preview(args({ a: "YQ==" }))).data));
      await assert.rejects(api.get(path), /not found/);
      await secret.up(args({ a: "YQ==" }));
      const before = await live();
      await secret.preview(args({ a: "Yg==" }));
      assert.deepEqual(await live(), before);
    });

    it("replaces it if the provider is configured with immutable Secrets", async () => {
      const strict = await configure({ enableSecretMutable: "false" });
      secret = new ManagedResource(strict, SECRET, "credentials");
      await secret.up(args({ a: "YQ==" }));
      assert.deepEqual(await secret.diff(args({ a: "Yg==" })), ["update data.a (replace)"]);
    });

    it("does not take over one that already exists", async () => {
      await secret.up(args({ a: "YQ==" }));
      const other = new ManagedResource(plugin, SECRET, "other");
      await assert.rejects(
        other.up(args({ a: "Yg==" })),
        /was not successfully created by the Kubernetes API server: secrets "credentials" already exists/,
      );
      await other.preview(args({ a: "Yg==" })); // another step of the update may remove it first
    });

    it("shows drift in its own fields, and in no others", async () => {
      await secret.up(args({ a: "YQ==" }, { team: "vision" }));
      await api.patch(path, [
        { op: "add", path: "/metadata/labels/owner", value: "ops" },
        { op: "add", path: "/data/extra", value: "eA==" },
      ]);
      await secret.refresh();
      assert.deepEqual(await secret.diff(args({ a: "YQ==" }, { team: "vision" })), []);
      await api.patch(path, [
        { op: "replace", path: "/data/a", value: "eA==" },
        { op: "remove", path: "/metadata/labels/team" },
      ]);
      await secret.refresh();
      assert.deepEqual((await secret.diff(args({ a: "YQ==" }, { team: "vision" }))).sort(), [
        "add metadata.labels",
        "update data.a",
      ]);
    });

    it("does not overwrite a field that others have set in the meantime", async () => {
      await secret.up(args({ a: "YQ==" }));
      await secret.up(args({ a: "Yg==" })); // from here on the resource owns it by apply
      await api.apply(
        path,
        {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: "credentials" },
          data: { a: "eA==" },
        },
        { fieldManager: "somebody", force: true },
      );
      await assert.rejects(
        secret.up(args({ a: "Yw==" })),
        /Server-Side Apply field conflict detected.*conflict with "somebody".*\.data\.a/,
      );
    });

    it("overwrites what kubectl has set", async () => {
      await secret.up(args({ a: "YQ==" }));
      await api.apply(
        path,
        {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: "credentials" },
          data: { a: "eA==" },
        },
        { fieldManager: "kubectl", force: true },
      );
      await secret.up(args({ a: "Yw==" }));
      assert.deepEqual((await live()).data, { a: "Yw==" });
    });

    it("detects in a refresh that it is gone", async () => {
      await secret.up(args({ a: "YQ==" }));
      await api.delete(path, {});
      assert.equal(await secret.refresh(), false);
    });

    it("imports one with inputs that preview no change", async () => {
      await secret.up(args({ a: "YQ==" }));
      const imported = new ManagedResource(plugin, SECRET, "imported");
      await imported.import("default/credentials");
      assert.ok(isSecret(imported.inputs.data));
      assert.deepEqual(await imported.diff(reveal(imported.inputs) as ValueMap), []);
      assert.deepEqual(await imported.diff(args({ a: "YQ==" })), ["delete type (replace)"]);
    });

    it("is created after its namespace", async () => {
      const namespace = new ManagedResource(plugin, NAMESPACE, "late");
      const late = new ManagedResource(plugin, SECRET, "late");
      const creation = late.up({ metadata: { name: "late", namespace: "late" }, data: {} });
      await namespace.up({ metadata: { name: "late" } });
      await creation;
      await late.destroy();
      await namespace.destroy();
    });
  });

  describe("with a namespace", () => {
    it("waits for finalizers, but not longer than the timeout", async () => {
      const namespace = new ManagedResource(plugin, NAMESPACE, "held");
      await namespace.up({ metadata: { name: "held" } });
      const held = "/api/v1/namespaces/held/configmaps/held";
      await api.create(
        "/api/v1/namespaces/held/configmaps",
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "held", finalizers: ["example.com/hold"] },
        },
        { fieldManager: "test" },
      );
      const handler = plugin.resources[NAMESPACE];
      assert.ok(handler);
      const deletion = handler.delete({
        urn: namespace.urn,
        name: "held",
        type: NAMESPACE,
        id: namespace.id,
        inputs: namespace.inputs,
        state: namespace.state,
        timeoutSeconds: 1,
        signal: new AbortController().signal,
      });
      await assert.rejects(deletion, /Timed out waiting for deletion of v1\/Namespace "held"/);
      await api.patch(held, [{ op: "remove", path: "/metadata/finalizers" }]);
      await namespace.destroy();
      await assert.rejects(api.get("/api/v1/namespaces/held"), /not found/);
    });
  });
});

function decoded({ inputs, outputs }: RecordedObject): { inputs: ValueMap; outputs: ValueMap } {
  return { inputs: fromStateFile(inputs), outputs: fromStateFile(outputs) };
}

function nameOf(resource: ManagedResource | undefined): Value {
  const metadata = resource?.inputs.metadata as ValueMap | undefined;
  return metadata?.name ?? null;
}
