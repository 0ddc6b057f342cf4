import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Gcs, startGcs } from "../../../../../sandbox/stand-ins/gcs/server";
import { callAt } from "../../../../support/gcs-client";

describe("the GCS stand-in", () => {
  let gcs: Gcs;

  beforeEach(async () => {
    gcs = await startGcs();
  });

  afterEach(() => gcs.close());

  async function call(
    verb: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) {
    return await callAt(gcs.address, verb, path, body, headers);
  }

  const insert = (body: object, project = "one") =>
    call("POST", `/storage/v1/b?project=${project}`, body);

  it("fills in the API's defaults for a new bucket", async () => {
    const { status, answer } = await insert({ name: "models", location: "europe-west4" });
    assert.equal(status, 200);
    assert.equal(answer.location, "EUROPE-WEST4");
    assert.equal(answer.locationType, "region");
    assert.equal(answer.storageClass, "STANDARD");
    assert.equal(answer.metageneration, "1");
    assert.equal(answer.softDeletePolicy.retentionDurationSeconds, "604800");
    assert.deepEqual(answer.iamConfiguration, {
      publicAccessPrevention: "inherited",
      uniformBucketLevelAccess: { enabled: false },
      bucketPolicyOnly: { enabled: false },
    });
  });

  it("refuses a request without a token", async () => {
    const { status, answer } = await call("GET", "/storage/v1/b?project=one", undefined, {});
    assert.equal(status, 401);
    assert.equal(answer.error.errors[0].reason, "required");
  });

  const refused: readonly [string, object, RegExp][] = [
    ["a name with capitals", { name: "Models" }, /Invalid bucket name: 'Models'/],
    ["a name of two letters", { name: "ab" }, /Invalid bucket name/],
    ["a name of 64 letters", { name: "a".repeat(64) }, /Invalid bucket name/],
    ["an address as a name", { name: "10.0.0.1" }, /Invalid bucket name/],
    ["a name that begins with goog", { name: "goog-models" }, /Invalid bucket name/],
    ["a name that mentions g00gle", { name: "my-g00gle" }, /Invalid bucket name/],
    ["a place that does not exist", { name: "models", location: "MARS" }, /location constraint/],
    ["a storage class unheard of", { name: "models", storageClass: "WARM" }, /storage class/],
    ["a label with capitals", { name: "models", labels: { App: "one" } }, /label key: 'App'/],
    [
      "a soft delete of a day",
      { name: "models", softDeletePolicy: { retentionDurationSeconds: "86400" } },
      /7 to 90 days/,
    ],
  ];
  for (const [what, body, message] of refused) {
    it(`refuses ${what}`, async () => {
      const { status, answer } = await insert(body);
      assert.equal(status, 400);
      assert.match(answer.error.message, message);
      assert.equal((await call("GET", "/storage/v1/b?project=one")).answer.items, undefined);
    });
  }

  it("allows each bucket name once among all projects", async () => {
    await insert({ name: "models" });
    const again = await insert({ name: "models" });
    assert.equal(again.status, 409);
    assert.match(again.answer.error.message, /you already own it/);
    const elsewhere = await insert({ name: "models" }, "two");
    assert.equal(elsewhere.status, 409);
    assert.match(elsewhere.answer.error.message, /not available/);
  });

  it("lists the buckets of a project by name", async () => {
    await insert({ name: "zebra" });
    await insert({ name: "antelope" });
    await insert({ name: "models" }, "two");
    const { answer } = await call("GET", "/storage/v1/b?project=one");
    assert.deepEqual(
      answer.items.map(({ name }: { name: string }) => name),
      ["antelope", "zebra"],
    );
  });

  it("responds with 404 to every request for a bucket that does not exist", async () => {
    for (const [verb, path] of [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["GET", "/iam"],
      ["PUT", "/iam"],
      ["GET", "/o"],
    ] as const) {
      const body = verb === "PATCH" || verb === "PUT" ? {} : undefined;
      const { status, answer } = await call(verb, `/storage/v1/b/toString${path}`, body);
      assert.equal(status, 404, `${verb} ${path}`);
      assert.equal(answer.error.message, "The specified bucket does not exist.");
    }
  });

  it("refuses a path that is not valid text", async () => {
    assert.equal((await call("GET", "/storage/v1/b/%ff")).status, 400);
  });

  it("patches the given fields, removes those that are null and keeps the rest", async () => {
    const labels = { app: "one", team: "vision" };
    const before = await insert({ name: "models", labels, versioning: { enabled: true } });
    const { answer } = await call("PATCH", "/storage/v1/b/models", {
      labels: { app: "two", team: null },
      lifecycle: { rule: [] },
    });
    assert.deepEqual(answer.labels, { app: "two" });
    assert.deepEqual(answer.versioning, { enabled: true });
    assert.deepEqual(answer.lifecycle, { rule: [] });
    assert.equal(answer.metageneration, "2");
    assert.notEqual(answer.etag, before.answer.etag);
  });

  it("does not move a bucket in a patch", async () => {
    await insert({ name: "models", location: "EU" });
    const { status } = await call("PATCH", "/storage/v1/b/models", { location: "US" });
    assert.equal(status, 400);
    const { answer } = await call("GET", "/storage/v1/b/models");
    assert.equal(answer.location, "EU");
    assert.equal(answer.metageneration, "1");
  });

  it("updates the soft delete's time when the period grows, but not when it shrinks", async () => {
    const soft = (retentionDurationSeconds: string) => ({
      softDeletePolicy: { retentionDurationSeconds },
    });
    const { answer } = await insert({ name: "models", ...soft("864000") });
    const first = answer.softDeletePolicy.effectiveTime;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const shorter = await call("PATCH", "/storage/v1/b/models", soft("0"));
    assert.equal(shorter.answer.softDeletePolicy.effectiveTime, first);
    const longer = await call("PATCH", "/storage/v1/b/models", soft("604800"));
    assert.ok(longer.answer.softDeletePolicy.effectiveTime > first);
  });

  describe("policies", () => {
    const binding = { role: "roles/storage.objectViewer", members: ["allUsers"] };

    it("refuses a policy that was read before another client's change", async () => {
      await insert({ name: "models" });
      const { answer: policy } = await call("GET", "/storage/v1/b/models/iam");
      const change = { etag: policy.etag, version: 3, bindings: [binding] };
      assert.equal((await call("PUT", "/storage/v1/b/models/iam", change)).status, 200);
      const late = await call("PUT", "/storage/v1/b/models/iam", change);
      assert.equal(late.status, 412);
      assert.equal(late.answer.error.errors[0].reason, "conditionNotMet");
    });

    it("refuses public members on a bucket with public access prevention", async () => {
      const iamConfiguration = { publicAccessPrevention: "enforced" };
      await insert({ name: "models", iamConfiguration });
      const { status, answer } = await call("PUT", "/storage/v1/b/models/iam", {
        bindings: [binding],
      });
      assert.equal(status, 412);
      assert.match(answer.error.message, /public access prevention/);
    });

    it("accepts conditions only in version 3 on buckets with uniform access", async () => {
      const condition = { title: "seldon", expression: "true" };
      const bindings = [{ ...binding, members: ["user:a@example.com"], condition }];
      const put = (name: string, version: number) =>
        call("PUT", `/storage/v1/b/${name}/iam`, { version, bindings });
      await insert({ name: "fine-grained" });
      await insert({
        name: "uniform",
        iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
      });
      assert.equal((await put("fine-grained", 3)).status, 400);
      assert.equal((await put("uniform", 1)).status, 400);
      const { status, answer } = await put("uniform", 3);
      assert.equal(status, 200);
      assert.deepEqual(answer.bindings, bindings);
    });
  });

  describe("objects", () => {
    const upload = (name: string) =>
      call("POST", `/upload/storage/v1/b/models/o?uploadType=media&name=${name}`, "data");
    const versions = async () => {
      const { answer } = await call("GET", "/storage/v1/b/models/o?versions=true");
      return answer.items as { name: string; generation: string; timeDeleted?: string }[];
    };

    it("keeps a bucket until its last version is deleted", async () => {
      await insert({ name: "models", versioning: { enabled: true } });
      await upload("seldon/drift");
      await upload("seldon/drift");
      const removeBucket = () => call("DELETE", "/storage/v1/b/models");
      assert.equal((await removeBucket()).status, 409);

      await call("DELETE", "/storage/v1/b/models/o/seldon%2Fdrift");
      assert.deepEqual((await call("GET", "/storage/v1/b/models/o")).answer.items, []);
      const old = await versions();
      assert.equal(old.length, 2);
      assert.ok(old.every(({ timeDeleted }) => timeDeleted !== undefined));
      assert.equal((await removeBucket()).status, 409);

      for (const { generation } of old) {
        const path = `/storage/v1/b/models/o/seldon%2Fdrift?generation=${generation}`;
        assert.equal((await call("DELETE", path)).status, 204);
      }
      assert.equal((await removeBucket()).status, 204);
    });

    it("lists them in pages, each with a token for the next", async () => {
      await insert({ name: "models", versioning: { enabled: true } });
      for (const name of ["a", "b", "b", "c"]) await upload(name);
      const pages: string[][] = [];
      for (let token = ""; ; ) {
        const path = `/storage/v1/b/models/o?versions=true&maxResults=2${token}`;
        const { items = [], nextPageToken } = (await call("GET", path)).answer;
        pages.push(items.map(({ name }: { name: string }) => name));
        if (nextPageToken === undefined) break;
        token = `&pageToken=${nextPageToken}`;
      }
      assert.deepEqual(pages, [
        ["a", "b"],
        ["b", "c"],
      ]);
      assert.equal((await call("GET", "/storage/v1/b/models/o?maxResults=0")).status, 400);
    });

    it("keeps no old versions in a bucket without versioning", async () => {
      await insert({ name: "models" });
      await upload("drift");
      await upload("drift");
      assert.equal((await versions()).length, 1);
      assert.equal((await call("DELETE", "/storage/v1/b/models/o/drift")).status, 204);
      assert.equal((await call("DELETE", "/storage/v1/b/models/o/drift")).status, 404);
    });
  });
});

describe("the GCS stand-in as a program", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gcs-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function run(port: number) {
    const program = join(__dirname, "../../../../../sandbox/stand-ins/gcs/main.ts");
    const args = ["--require", "tsx/cjs", program, "--port", `${port}`, "--data", folder];
    return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  }

  it("keeps its buckets through a kill", async () => {
    const first = run(0);
    const line = String((await once(first.stdout, "data"))[0]);
    const address = /^gcs listening on (127\.0\.0\.1:\d+)\n$/.exec(line)?.[1];
    assert.ok(address, line);
    await callAt(`http://${address}`, "POST", "/storage/v1/b?project=one", { name: "models" });
    first.kill("SIGKILL");
    await once(first, "exit");

    const again = await startGcs({ data: folder });
    try {
      const { answer } = await callAt(again.address, "GET", "/storage/v1/b?project=one");
      assert.equal(answer.items[0].name, "models");
    } finally {
      await again.close();
    }
  });

  it("reports in one line that its port is in use", async () => {
    const holder = await startGcs();
    try {
      const program = run(holder.port);
      const [[text], [code]] = await Promise.all([
        once(program.stderr, "data"),
        once(program, "exit"),
      ]);
      assert.equal(
        String(text),
        `gcs: port ${holder.port} is in use; choose another one with --port\n`,
      );
      assert.equal(code, 1);
    } finally {
      await holder.close();
    }
  });
});
