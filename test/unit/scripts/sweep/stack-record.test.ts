import assert from "node:assert/strict";
import { readStackRecord } from "../../../../scripts/sweep/stack-record";

const urn = (type: string, name: string) =>
  `urn:pulumi:pr-12::pachyderm-seldon::x$${type}::${name}`;
const resource = (type: string, id: string, more: object = {}) => ({
  urn: urn(type, "r"),
  type,
  id,
  custom: true,
  ...more,
});
const read = (deployment: unknown) =>
  readStackRecord(JSON.stringify({ version: 3, deployment }), "pr-12");
const owned = (...resources: object[]) => [...read({ resources }).owned].sort();

describe("the record of a stack's state", () => {
  it("is empty if nothing was deployed", () => {
    const { owned: nothing, ...rest } = read({ manifest: {} });
    assert.equal(nothing.size, 0);
    assert.deepEqual(rest, {
      expires: undefined,
      isProtected: false,
      resources: 0,
      kubernetes: [],
      pachyderm: [],
    });
  });

  it("names what it owns or only reads, and what contains that", () => {
    assert.deepEqual(
      owned(
        resource("pachyderm:index:Repo", "default/pets"),
        resource("pachyderm:index:Branch", "default/others@pr-12", { external: true }),
        resource("pachyderm:index:Pipeline", "default/model"),
        resource("kubernetes:core/v1:Secret", "default/pipeline-secret"),
        resource("kubernetes:core/v1:ServiceAccount", "logs/storage"),
        resource("seldon:index:DeploymentCleanup", "seldon/pets"),
        resource("gcp:storage/bucket:Bucket", "detectors"),
        resource("gcp:storage/bucketIAMMember:BucketIAMMember", "b/other/x", {
          inputs: { bucket: "other" },
        }),
        resource("kubernetes:apps/v1:Deployment", "tools/ui", {
          inputs: { metadata: { namespace: "tools", name: "ui" } },
        }),
        { urn: urn("pachyderm-seldon:index:UseCase", "pets"), type: "x", custom: false },
      ),
      [
        "branch default/others@pr-12",
        "bucket detectors",
        "bucket other",
        "deployment seldon/pets",
        "namespace default",
        "namespace logs",
        "namespace seldon",
        "namespace tools",
        "pipeline default/model",
        "repo default/others",
        "repo default/pets",
        "secret default/pipeline-secret",
        "service account logs/storage",
      ],
    );
  });

  it("names what an interrupted update was creating, which has no id yet", () => {
    const pending = (type: string, inputs: object) => ({
      type: "creating",
      resource: { urn: urn(type, "r"), type, custom: true, inputs },
    });
    const { owned: found } = read({
      resources: [resource("pulumi:providers:pachyderm", "1", { inputs: { project: "team" } })],
      pending_operations: [
        pending("pachyderm:index:Repo", { name: "pets" }),
        pending("pachyderm:index:Pipeline", { spec: { pipeline: { name: "model" } } }),
        pending("pachyderm:index:Pipeline", {
          spec: { pipeline: { name: "model", project: { name: "other" } } },
        }),
        pending("pachyderm:index:Branch", { name: "b", repo: "pets", project: "other" }),
        pending("kubernetes:core/v1:Namespace", { metadata: { name: "seldon" } }),
        pending("kubernetes:core/v1:Secret", { metadata: { name: "s", namespace: "n" } }),
        pending("gcp:storage/bucket:Bucket", { name: "detectors" }),
        pending("seldon:index:DeploymentCleanup", { name: "d", namespace: "seldon" }),
      ],
    });
    for (const key of [
      "repo team/pets",
      "pipeline team/model",
      "pipeline other/model",
      "branch other/pets@b",
      "namespace seldon",
      "secret n/s",
      "bucket detectors",
      "deployment seldon/d",
    ])
      assert.ok(found.has(key), `${key} is not in ${[...found].join(", ")}`);
  });

  it("has the latest expiry, the protection and the clusters", () => {
    const expires = (day: string) => ({
      inputs: { metadata: { labels: { "pachyderm-seldon/expires": day } } },
    });
    const record = read({
      resources: [
        resource("kubernetes:core/v1:Secret", "a/b", expires("2026-11-01")),
        resource("kubernetes:core/v1:Secret", "a/c", expires("2026-12-01")),
        resource("pachyderm:index:Repo", "default/pets", {
          protect: true,
          outputs: { clusterId: "pach" },
        }),
        resource("seldon:index:Cluster", "cluster", { outputs: { clusterId: "kube" } }),
      ],
    });
    assert.equal(record.expires, "2026-12-01");
    assert.equal(record.isProtected, true);
    assert.deepEqual(record.kubernetes, ["kube"]);
    assert.deepEqual(record.pachyderm, ["pach"]);
    assert.equal(record.resources, 4);
  });

  it("does not use an encrypted value as a name", () => {
    const ciphertext = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    const inputs = { name: ciphertext, metadata: ciphertext };
    assert.deepEqual(owned(resource("pachyderm:index:Repo", "default/pets", { inputs })), [
      "repo default/pets",
    ]);
  });

  it("ends the sweep if its format is unknown, so that nothing looks left behind", () => {
    const unknown = /the state of stack pr-12 has an unsupported format/;
    for (const text of [
      "",
      "{}",
      "null",
      '{"deployment": []}',
      '{"deployment": {"resources": {}}}',
    ])
      assert.throws(() => readStackRecord(text, "pr-12"), unknown, text);
    assert.throws(() => read({ resources: [{ id: "x" }] }), unknown);
    assert.throws(() => read({ resources: [null] }), unknown);
    assert.throws(() => read({ resources: [], pending_operations: [{}] }), unknown);
  });
});
