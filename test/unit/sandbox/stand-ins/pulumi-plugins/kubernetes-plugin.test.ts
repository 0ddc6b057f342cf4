import assert from "node:assert/strict";
import { isSecret, UNKNOWN, type ValueMap } from "../../../../../providers/kit/values";
import { KubernetesPlugin } from "../../../../../sandbox/stand-ins/pulumi-plugins/kubernetes/plugin";
import { FakeKubernetesApi } from "../../../../support/fake-kubernetes-api";
import { ManagedResource } from "../../../../support/managed-resource";
import { RecordingLog } from "../../../../support/recording-log";

const SECRET = "kubernetes:core/v1:Secret";
const NAMESPACE = "kubernetes:core/v1:Namespace";
const PATH = "/api/v1/namespaces/default/secrets/credentials";
const ARGS: ValueMap = { metadata: { name: "credentials" }, data: { a: "YQ==" } };

describe("the kubernetes stand-in plugin", () => {
  let server: FakeKubernetesApi;
  let kubeconfig: string;
  let log: RecordingLog;
  let plugin: KubernetesPlugin;

  beforeEach(async () => {
    server = new FakeKubernetesApi();
    kubeconfig = await server.start();
    log = new RecordingLog();
    plugin = await configure({ kubeconfig, enableSecretMutable: "true" });
  });

  afterEach(() => server.stop());

  async function configure(args: ValueMap, environment: NodeJS.ProcessEnv = {}) {
    const configured = new KubernetesPlugin("4.34.2", log, environment);
    await configured.configure(args, undefined);
    return configured;
  }

  const secret = (of = plugin) => new ManagedResource(of, SECRET, "credentials");

  it("creates as the official plugin does, and applies changes as one owner", async () => {
    const resource = secret();
    await resource.up(ARGS);
    await resource.up({ ...ARGS, data: { a: "Yg==" } });
    const [create, apply] = server.changes();
    assert.equal(create?.path, "/api/v1/namespaces/default/secrets");
    assert.deepEqual(create?.query, { fieldManager: "pulumi-kubernetes" });
    assert.equal(apply?.path, PATH);
    assert.equal(apply?.contentType, "application/apply-patch+yaml");
    assert.deepEqual(apply?.query, {
      fieldManager: resource.state.__fieldManager,
      force: "false",
    });
    assert.deepEqual(apply?.body.data, { a: "Yg==" });
    assert.match(String(resource.state.__fieldManager), /^pulumi-kubernetes-[0-9a-f]{8}$/);
  });

  it("overwrites other managers' fields if the program says so, also in previews", async () => {
    const metadata = {
      name: "credentials",
      namespace: "default",
      annotations: { "pulumi.com/patchForce": "true" },
    };
    const resource = secret();
    await resource.up({ ...ARGS, metadata });
    const changed = { ...ARGS, metadata, data: { a: "Yg==" } };
    await resource.preview(changed);
    await resource.up(changed);
    const forced = server.changes().filter(({ contentType }) => contentType?.includes("apply"));
    assert.deepEqual(
      forced.map(({ query }) => query.force),
      ["true", "true"],
    );
  });

  it("requests a dry run from the server in previews if everything is known", async () => {
    const resource = secret();
    const planned = await resource.preview(ARGS);
    assert.ok(isSecret(planned.data));
    await resource.up(ARGS);
    await resource.preview({ ...ARGS, data: { a: "Yg==" } });
    assert.deepEqual(
      server.changes().map(({ query }) => query.dryRun),
      ["All", undefined, "All"],
    );
    server.requests.length = 0;
    await secret().preview({ ...ARGS, data: { a: UNKNOWN } });
    assert.deepEqual(server.requests, []);
  });

  it("previews without the server if it may not query it", async () => {
    server.refusals.set("POST", { status: 403, reason: "Forbidden", message: "no" });
    const planned = await secret().preview(ARGS);
    assert.deepEqual(planned.metadata, { name: "credentials", namespace: "default" });
    await assert.rejects(secret().up(ARGS), /was not successfully created.*: no/);
  });

  it("refuses an invalid object already in a preview", async () => {
    server.refusals.set("POST", { status: 422, reason: "Invalid", message: "data.a: no base64" });
    await assert.rejects(secret().preview(ARGS), /data.a: no base64/);
  });

  it("keeps a resource in the state if its update is refused", async () => {
    const resource = secret();
    await resource.up(ARGS);
    server.refusals.set("PATCH", { status: 409, reason: "Conflict", message: "somebody's" });
    await assert.rejects(resource.up({ ...ARGS, data: {} }), /field conflict detected.*somebody's/);
    assert.equal(resource.id, "default/credentials");
    assert.equal(resource.initErrors.length, 1);
  });

  it("waits until a deleted object is gone", async () => {
    const resource = secret();
    await resource.up(ARGS);
    server.lingering = 2;
    await resource.destroy();
    assert.equal(server.objects.has(PATH), false);
    const deletion = server.changes().find(({ method }) => method === "DELETE");
    assert.equal(deletion?.body.propagationPolicy, "Foreground");
  });

  it("stops waiting for a deletion when the user cancels", async () => {
    const resource = secret();
    await resource.up(ARGS);
    server.lingering = 1000;
    const deletion = resource.destroy();
    setTimeout(() => resource.cancel(), 50);
    await assert.rejects(deletion, /cancelled for v1\/Secret "default\/credentials"/);
  });

  it("succeeds in deleting what is already gone", async () => {
    const resource = secret();
    await resource.up(ARGS);
    server.objects.clear();
    await resource.destroy();
  });

  it("generates a name if none is set, the same in preview and update", async () => {
    const resource = new ManagedResource(plugin, NAMESPACE, "seldon");
    const planned = await resource.preview({});
    await resource.up({});
    assert.match(resource.id, /^seldon-[0-9a-f]{8}$/);
    const { name, annotations } = planned.metadata as ValueMap;
    assert.equal(name, resource.id);
    assert.deepEqual(annotations, { "pulumi.com/autonamed": "true" });
    assert.deepEqual(await resource.diff({}), []);
  });

  it("replaces an object whose name or namespace changes", async () => {
    const resource = secret();
    await resource.up(ARGS);
    const moved = { ...ARGS, metadata: { name: "credentials", namespace: "other" } };
    assert.deepEqual(await resource.diff(moved), ["update metadata.namespace (replace)"]);
    const renamed = { ...ARGS, metadata: { name: "renamed" } };
    assert.deepEqual(await resource.diff(renamed), ["update metadata.name (replace)"]);
  });

  it("deletes first only if the new object needs the old one's name", async () => {
    const strict = await configure({ kubeconfig });
    const resource = secret(strict);
    await resource.up(ARGS);
    const diff = (inputs: ValueMap) =>
      strict.resources[SECRET]?.diff({
        urn: resource.urn,
        name: resource.name,
        type: SECRET,
        signal: new AbortController().signal,
        id: resource.id,
        oldInputs: resource.inputs,
        oldState: resource.state,
        inputs,
      });
    const inPlace = await diff(await resource.check({ ...ARGS, data: { a: "Yg==" } }));
    assert.equal(inPlace?.deleteBeforeReplace, true);
    const elsewhere = await diff(await resource.check({ ...ARGS, metadata: { name: "renamed" } }));
    assert.equal(elsewhere?.deleteBeforeReplace, false);
  });

  it("puts objects without a namespace into the provider's", async () => {
    const elsewhere = secret(await configure({ kubeconfig, namespace: "pachyderm" }));
    await elsewhere.up(ARGS);
    assert.equal(elsewhere.id, "pachyderm/credentials");
  });

  it("refuses unsupported provider arguments", async () => {
    const { failures } = await plugin.checkConfig({ kubeconfig, renderYamlToDirectory: "out" });
    assert.deepEqual(
      failures?.map(({ property }) => property),
      ["renderYamlToDirectory"],
    );
  });

  describe("when the cluster does not respond", () => {
    let resource: ManagedResource;

    async function losing(args: ValueMap, environment?: NodeJS.ProcessEnv) {
      const before = secret();
      await before.up(ARGS);
      await server.stop();
      resource = secret(await configure({ kubeconfig, ...args }, environment));
      Object.assign(resource, { id: before.id, inputs: before.inputs, state: before.state });
    }

    it("does not report it, and still previews new objects", async () => {
      await losing({});
      const planned = await secret(await configure({ kubeconfig })).preview(ARGS);
      assert.ok(isSecret(planned.data));
      await secret(await configure({ kubeconfig, context: "nowhere" })).preview(ARGS);
      assert.deepEqual(log.takeWarnings(), []);
    });

    it("ends updates, refreshes and deletions with an error", async () => {
      await losing({});
      const change = { ...ARGS, data: { a: "Yg==" } };
      await assert.rejects(resource.up(change), /configured Kubernetes cluster is unreachable/);
      await assert.rejects(resource.refresh(), /due to unreachable cluster.*DELETE_UNREACHABLE/);
      await assert.rejects(resource.destroy(), /unreachable.*PULUMI_K8S_DELETE_UNREACHABLE/);
    });

    it("treats its objects as deleted if the environment says so", async () => {
      await losing({}, { PULUMI_K8S_DELETE_UNREACHABLE: "true" });
      await resource.destroy();
      assert.equal(resource.id, "");
    });

    it("treats its objects as deleted if the provider's arguments say so", async () => {
      await losing({ deleteUnreachable: "true" });
      assert.equal(await resource.refresh(), false);
    });

    it("describes the error in a kubeconfig", async () => {
      for (const [contents, problem] of [
        ["/nowhere/kubeconfig", /\/nowhere\/kubeconfig does not exist/],
        [kubeconfig.replaceAll("fake-token", ""), /status 401|unreachable/],
        ["{contexts: []}", /clusters/],
      ] as const) {
        server.refusals.set("GET", { status: 401, reason: "Unauthorized", message: "status 401" });
        const broken = secret(await configure({ kubeconfig: contents }));
        await assert.rejects(broken.up(ARGS), problem);
      }
      const other = secret(await configure({ kubeconfig, context: "nowhere" }));
      await assert.rejects(other.up(ARGS), /context "nowhere" does not exist/);
    });
  });
});
