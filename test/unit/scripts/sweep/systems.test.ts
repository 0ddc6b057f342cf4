import assert from "node:assert/strict";
import { type Gcs, startGcs } from "../../../../sandbox/stand-ins/gcs/server";
import { InMemorySecrets } from "../../../../sandbox/stand-ins/pachyderm/secrets";
import { StorageClient } from "../../../../scripts/google/storage";
import { BucketSystem } from "../../../../scripts/sweep/buckets";
import { KubernetesSystem } from "../../../../scripts/sweep/kubernetes";
import { PachydermSystem } from "../../../../scripts/sweep/pachyderm";
import { keyOf, type Thing } from "../../../../scripts/sweep/things";
import { startConnectProxy } from "../../../support/connect-proxy";
import { FakeSeldonCluster } from "../../../support/fake-seldon-cluster";
import { callAt } from "../../../support/gcs-client";
import { JsonServer } from "../../../support/json-server";
import { reading, TestServer } from "../../../support/pachyderm-server";

const MARK = "pr-12-0123456789";

function buckets(
  project: string,
  endpoint: string,
  variables: NodeJS.ProcessEnv = {},
  pageSize = 1_000,
): BucketSystem {
  const token = async () => "t0ken";
  const options = { token, endpoint, variables, pageSize };
  return new BucketSystem(project, new StorageClient(options));
}

function find(things: readonly Thing[], key: string): Thing {
  const found = things.find((thing) => keyOf(thing) === key);
  assert.ok(found, `no ${key} in ${things.map(keyOf).join(", ")}`);
  return found;
}

describe("a sweep of Pachyderm", () => {
  const test = new TestServer();
  let system: PachydermSystem;

  beforeEach(async () => {
    const known = new InMemorySecrets();
    known.set("default", "pr-12-pipeline-secret", ["a"]);
    await test.start({ secrets: known });
    system = new PachydermSystem(
      { address: test.server.address, namespace: "workers", project: "default" },
      {},
    );
    await test.call("pfs_v2.API/CreateRepo", {
      repo: { name: "pr-12-pets", type: "user" },
      description: `Pets (owner=alice, stack=${MARK}, prefix=pr-12-)`,
    });
    await test.createRepo("production");
    const secrets = [{ name: "pr-12-pipeline-secret", key: "a", env_var: "A" }];
    const transform = { image: "img:1", cmd: ["sh"], secrets };
    await test.createPipeline(reading("pr-12-model", "pr-12-pets", { transform }));
    const input = {
      cross: [
        { pfs: { repo: "pr-12-model", glob: "/" } },
        { pfs: { repo: "production", branch: "pr-12-image", glob: "/" } },
      ],
    };
    const branch = { repo: { name: "production", type: "user" }, name: "pr-12-image" };
    await test.call("pfs_v2.API/CreateBranch", { branch });
    await test.createPipeline(reading("pr-12-deploy", "x", { input }));
    test.wait(5_000);
  });
  afterEach(async () => {
    system.close();
    await test.server.close();
  });

  it("finds repos with their marks, branches, and pipelines with what they use", async () => {
    const things = await system.list();
    const repo = find(things, "repo default/pr-12-pets");
    assert.deepEqual(repo.marks, { owner: "alice", stack: MARK, prefix: "pr-12-" });
    assert.equal(repo.created, "2026-01-01T00:00:00Z");
    assert.equal(repo.bytes, 0);
    assert.deepEqual(find(things, "repo default/production").marks, {});
    find(things, "branch default/production@pr-12-image");
    const model = find(things, "pipeline default/pr-12-model");
    assert.deepEqual(model.secrets, ["workers/pr-12-pipeline-secret"]);
    assert.deepEqual(model.reads, ["default/pr-12-pets@master"]);
    assert.equal(typeof model.workers, "number");
    assert.deepEqual(find(things, "pipeline default/pr-12-deploy").reads, [
      "default/pr-12-model@master",
      "default/production@pr-12-image",
    ]);
    // an output repo is a part of its pipeline
    assert.ok(!things.some(({ kind, id }) => kind === "repo" && id.includes("model")));
  });

  it("deletes each kind, and accepts objects that are already gone", async () => {
    const things = await system.list();
    for (const key of [
      "pipeline default/pr-12-deploy",
      "pipeline default/pr-12-model",
      "branch default/production@pr-12-image",
      "repo default/pr-12-pets",
    ]) {
      await system.delete(find(things, key));
      await system.delete(find(things, key));
    }
    assert.deepEqual((await system.list()).map(keyOf), ["repo default/production"]);
  });

  it("names the remaining readers of what it does not delete", async () => {
    const things = await system.list();
    await assert.rejects(
      system.delete(find(things, "pipeline default/pr-12-model")),
      /pr-12-deploy/,
    );
    await assert.rejects(system.delete(find(things, "repo default/pr-12-pets")), /pr-12-model/);
  });
});

describe("a sweep of a Pachyderm with auth", () => {
  const test = new TestServer();
  const ROOT = "root-token";
  const asRoot = { headers: { "authn-token": ROOT } };
  beforeEach(() => test.start({ rootToken: ROOT }));
  afterEach(() => test.server.close());

  async function look(project: string): Promise<{ found: string[]; problems: string[] }> {
    const robot = { robot: "nightly" };
    const { token } = await test.call("auth_v2.API/GetRobotToken", robot, asRoot);
    const { address } = test.server;
    const settings = { address, namespace: "default", project };
    const system = new PachydermSystem(settings, { PACHYDERM_TOKEN: token });
    const problems: string[] = [];
    const things = await system.list((error) => {
      problems.push((error as Error).message);
      return undefined;
    });
    system.close();
    return { found: things.map(keyOf), problems };
  }

  it("names the permission without which repos are not shown", async () => {
    await test.call("pfs_v2.API/CreateProject", { project: { name: "team" } }, asRoot);
    const repo = { project: { name: "team" }, name: "pr-12-pets", type: "user" };
    await test.call("pfs_v2.API/CreateRepo", { repo }, asRoot);
    assert.deepEqual(await look("team"), {
      found: [],
      problems: [
        "robot:nightly is not allowed to list the repos and pipelines of project team, which requires PROJECT_LIST_REPO (`pachctl auth set project team projectViewer robot:nightly`)",
      ],
    });
  });

  it("needs no other permission to list", async () => {
    await test.createRepo("pets", asRoot);
    assert.deepEqual(await look("default"), { found: ["repo default/pets"], problems: [] });
  });
});

describe("a sweep of Kubernetes", () => {
  const cluster = new FakeSeldonCluster();
  let system: KubernetesSystem;

  beforeEach(async () => {
    cluster.objects.clear();
    cluster.requests.length = 0;
    system = new KubernetesSystem({ kubeconfig: await cluster.start() }, "seldon-logs");
    cluster.install();
    add("/api/v1/namespaces/pr-12-seldon", { "pachyderm-seldon/stack": MARK });
    add("/api/v1/namespaces/default/secrets/pr-12-pipeline-secret", {
      "pachyderm-seldon/stack": MARK,
      "pachyderm-seldon/owner": "alice",
    });
    cluster.deploy({ name: "pets", namespace: "pr-12-seldon" });
  });
  afterEach(() => cluster.stop());

  function add(path: string, labels: Record<string, string>): void {
    const [name, , namespace] = path.split("/").reverse();
    const annotations = { "pachyderm-seldon/name-prefix": "pr-12-" };
    cluster.objects.set(path, {
      metadata: {
        name,
        ...(path.includes("/secrets/") && { namespace }),
        uid: `uid-of-${name}`,
        creationTimestamp: "2026-01-01T00:00:00Z",
        labels,
        annotations,
      },
      data: { password: "c2VjcmV0" },
    });
  }

  it("finds marked objects by their metadata alone, and the deployments in marked namespaces", async () => {
    const things = await system.list();
    assert.deepEqual(find(things, "secret default/pr-12-pipeline-secret"), {
      kind: "secret",
      id: "default/pr-12-pipeline-secret",
      marks: { stack: MARK, owner: "alice", prefix: "pr-12-" },
      created: "2026-01-01T00:00:00Z",
      uid: "uid-of-pr-12-pipeline-secret",
    });
    assert.equal(find(things, "deployment pr-12-seldon/pets").detectors, 2);
    const secrets = cluster.requests.filter(({ path }) => path === "/api/v1/secrets");
    for (const { accept } of secrets) assert.match(accept, /as=PartialObjectMetadataList/);
    assert.equal(await system.clusterId(), "11111111-aaaa-4aaa-8aaa-111111111111");
  });

  it("reads all pages of a list", async () => {
    for (let index = 0; index < 1_100; index++)
      add(`/api/v1/namespaces/default/secrets/s${index}`, {});
    const things = await system.list();
    assert.equal(things.filter(({ kind }) => kind === "secret").length, 1_101);
    assert.equal(cluster.requests.filter(({ path }) => path === "/api/v1/secrets").length, 3);
  });

  it("finds detectors that outlived their deployment, and deletes them", async () => {
    const path = [...cluster.objects.keys()].find((key) => key.includes("/seldondeployments/"));
    cluster.objects.delete(path ?? "");
    const leftBehind = find(await system.list(), "deployment pr-12-seldon/pets");
    await system.delete(leftBehind);
    assert.deepEqual(cluster.namesIn("seldon-logs"), []);
    assert.ok(!(await system.list()).some(({ kind }) => kind === "deployment"));
  });

  it("deletes deployments with their detectors, Secrets and namespaces, and waits until they are gone", async () => {
    cluster.lingering = 2;
    const things = await system.list();
    for (const key of [
      "deployment pr-12-seldon/pets",
      "secret default/pr-12-pipeline-secret",
      "namespace pr-12-seldon",
    ])
      await system.delete(find(things, key));
    assert.deepEqual(cluster.namesIn("seldon-logs"), []);
    assert.ok(!cluster.objects.has("/api/v1/namespaces/pr-12-seldon"));
    assert.ok(!cluster.objects.has("/api/v1/namespaces/default/secrets/pr-12-pipeline-secret"));
    cluster.lingering = 0;
  });

  it("does not delete an object of the same name that was created since the listing", async () => {
    const secret = find(await system.list(), "secret default/pr-12-pipeline-secret");
    const path = "/api/v1/namespaces/default/secrets/pr-12-pipeline-secret";
    (cluster.objects.get(path) as { metadata: { uid: string } }).metadata.uid = "another";
    await assert.rejects(system.delete(secret), /uid/);
    assert.ok(cluster.objects.has(path));
  });
});

describe("a sweep of buckets", () => {
  let gcs: Gcs;
  let system: BucketSystem;

  beforeEach(async () => {
    gcs = await startGcs();
    system = buckets("sandbox", gcs.endpoint);
    await insert("pr-12-detectors", { "pachyderm-seldon-stack": MARK, owner: "alice" });
    await insert("other", {});
  });
  afterEach(() => gcs.close());

  async function insert(name: string, labels: Record<string, string>): Promise<void> {
    const bucket = { name, location: "EU", labels, versioning: { enabled: true } };
    await callAt(gcs.address, "POST", "/storage/v1/b?project=sandbox", bucket);
  }

  const upload = (name: string) =>
    callAt(
      gcs.address,
      "POST",
      `/upload/storage/v1/b/pr-12-detectors/o?uploadType=media&name=${encodeURIComponent(name)}`,
      "1234567890",
    );

  it("finds them with marks and the size of all versions", async () => {
    await upload("a/b c");
    await upload("a/b c");
    const things = await system.list();
    const bucket = find(things, "bucket pr-12-detectors");
    assert.deepEqual(bucket.marks, { stack: MARK, owner: "alice" });
    assert.equal(bucket.bytes, 24);
    assert.match(String(bucket.created), /^20/);
    assert.equal(find(things, "bucket other").marks, undefined);
  });

  it("deletes one with all versions of its objects, over all pages", async () => {
    for (let index = 0; index < 7; index++) await upload(`a/${index % 4}`);
    system = buckets("sandbox", gcs.endpoint, {}, 3);
    const bucket = find(await system.list(), "bucket pr-12-detectors");
    assert.equal(bucket.bytes, 12 * 7);
    await system.delete(bucket);
    await system.delete(bucket);
    assert.deepEqual((await system.list()).map(keyOf), ["bucket other"]);
  });

  it("reports the service's refusal, and an address that does not respond", async () => {
    await assert.rejects(buckets("", gcs.endpoint).list(), /^Error: Required parameter: project$/);
    await assert.rejects(
      buckets("sandbox", "http://127.0.0.1:1/storage/v1/").list(),
      /^Error: cannot connect to http:\/\/127.0.0.1:1: the connection was refused$/,
    );
  });

  it("names the missing permission, and lists the rest", async () => {
    const bucket = { name: "pr-12-x", labels: { "pachyderm-seldon-stack": MARK } };
    for (const [path, permission] of [
      [/\/b\?/, "storage.buckets.list on the project sandbox"],
      [/\/o\?/, "storage.objects.list on the bucket pr-12-x"],
    ] as const) {
      const server = new JsonServer();
      server.answer = (request) =>
        path.test(request.path)
          ? { status: 403, body: { error: { message: "denied" } } }
          : { status: 200, body: { items: [bucket] } };
      await server.start();
      const problems: string[] = [];
      const things = await buckets("sandbox", `${server.url}/storage/v1/`).list((error) => {
        problems.push((error as Error).message);
        return undefined;
      });
      await server.stop();
      assert.deepEqual(problems, [`denied (requires ${permission})`]);
      assert.equal(things.length, permission.includes("buckets") ? 0 : 1);
    }
  });

  it("uses the proxy of the environment", async () => {
    const proxy = await startConnectProxy(gcs.endpoint);
    const variables = { HTTP_PROXY: proxy.address };
    const things = await buckets("sandbox", "http://storage.example/storage/v1/", variables).list();
    proxy.close();
    assert.equal(things.length, 2);
    assert.equal(proxy.asked[0], "storage.example:80");
  });
});
