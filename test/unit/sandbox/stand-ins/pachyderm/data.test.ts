import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestServer } from "../../../../support/pachyderm-server";

const CODE = { image: "img:1", cmd: ["python", "train.py"] };
const reader = (name: string, repo: string, more: object = {}) => ({
  pipeline: { name },
  input: { pfs: { repo, glob: "/*" } },
  transform: CODE,
  ...more,
});
const master = (name: string) => ({ repo: { name, type: "user" }, name: "master" });

describe("files in the sandbox's Pachyderm", () => {
  const pachyderm = new TestServer();
  beforeEach(async () => {
    await pachyderm.start();
    await pachyderm.createRepo("in");
  });
  afterEach(() => pachyderm.server.close());

  it("are put, overwritten and deleted, each time with a job that processes the difference", async () => {
    await pachyderm.createPipeline(reader("p", "in"));
    await pachyderm.putFiles("in", { "/a": "1", "/d/b": "2", "/c": "3" });
    pachyderm.wait(10_000);
    assert.deepEqual(await pachyderm.filesOf("in"), { "/a": "1", "/d/b": "2", "/c": "3" });
    await pachyderm.putFiles("in", { "/a": "other", "/c": null });
    pachyderm.wait(10_000);
    assert.deepEqual(await pachyderm.filesOf("in"), { "/a": "other", "/d/b": "2" });
    assert.deepEqual(await pachyderm.countsOf("p"), [
      "JOB_SUCCESS 1/1/2",
      "JOB_SUCCESS 3/0/3",
      "JOB_SUCCESS 0/0/0",
    ]);
  });

  it("can be put into other branches and projects, and into an open commit", async () => {
    await pachyderm.call("pfs_v2.API/CreateProject", { project: { name: "lab" } });
    const repo = { name: "in", type: "user", project: { name: "lab" } };
    await pachyderm.call("pfs_v2.API/CreateRepo", { repo });
    await pachyderm.putFiles("in", { "/a": "1" }, { project: "lab", branch: "dev" });
    const input = { pfs: { repo: "in", project: "lab", branch: "dev", glob: "/*" } };
    assert.equal((await pachyderm.call("pps_v2.API/ListDatum", { input })).length, 1);

    const commit = await pachyderm.call("pfs_v2.API/StartCommit", { branch: master("in") });
    await pachyderm.putFiles("in", { "/a": "1" });
    await pachyderm.putFiles("in", { "/b": "2" });
    await pachyderm.call("pfs_v2.API/FinishCommit", { commit });
    assert.deepEqual(await pachyderm.filesOf("in"), { "/a": "1", "/b": "2" });
  });

  it("are appended to by a client that does not delete them first", async () => {
    const raw = (text: string) => Buffer.from(text).toString("base64");
    const lines = [
      { setCommit: { repo: master("in").repo, branch: master("in") } },
      { addFile: { path: "/a", raw: raw("one ") } },
      { addFile: { path: "/a", raw: raw("two") } },
    ];
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    await pachyderm.call("pfs_v2.API/ModifyFile", text);
    assert.deepEqual(await pachyderm.filesOf("in"), { "/a": "one two" });
  });

  it("are refused in a missing repo, in an output repo, and above the maximum size", async () => {
    await pachyderm.createPipeline(reader("p", "in"));
    await assert.rejects(
      pachyderm.putFiles("none", { "/a": "1" }),
      /^Error: cannot put files: repo default\/none not found$/,
    );
    await assert.rejects(
      pachyderm.putFiles("p", { "/a": "1" }),
      /cannot start a commit on an output branch/,
    );
    await assert.rejects(
      pachyderm.putFiles("in", { "/a": "x".repeat(2 ** 20 + 1) }),
      /supports files of at most 1048576 bytes/,
    );
    assert.deepEqual(
      (await pachyderm.call("pfs_v2.API/ListCommit", { repo: master("p").repo })).length,
      1,
    );
  });

  it("count in the size of a repo once their commit is finished", async () => {
    const size = async () =>
      (await pachyderm.call("pfs_v2.API/InspectRepo", { repo: master("in").repo })).details
        .sizeBytes;
    await pachyderm.putFiles("in", { "/a": "12345" });
    assert.equal(await size(), "0");
    pachyderm.wait(1000);
    assert.equal(await size(), "5");
  });
});

describe("code that the sandbox cannot run", () => {
  const pachyderm = new TestServer();
  beforeEach(async () => {
    await pachyderm.start();
    await pachyderm.createRepo("in");
    await pachyderm.putFiles("in", { "/a": "1", "/b": "2" });
    await pachyderm.createPipeline(reader("up", "in"));
    await pachyderm.createPipeline(reader("down", "up"));
    pachyderm.wait(10_000);
  });
  afterEach(() => pachyderm.server.close());

  const update = async (reprocess: boolean) => {
    const spec = reader("up", "in", { transform: { ...CODE, image: "img:2" } });
    const createPipelineRequestJson = JSON.stringify(spec);
    const request = { createPipelineRequestJson, update: true, reprocess };
    await pachyderm.call("pps_v2.API/CreatePipelineV2", request);
    pachyderm.wait(10_000);
  };

  it("writes a file for each datum, so that pipelines downstream have datums", async () => {
    assert.equal(Object.keys(await pachyderm.filesOf("up")).length, 2);
    assert.deepEqual(await pachyderm.countsOf("down"), ["JOB_SUCCESS 2/0/2"]);
  });

  it("keeps the old results when it changes, until a reprocess", async () => {
    const before = await pachyderm.filesOf("up");
    await update(false);
    assert.deepEqual(await pachyderm.filesOf("up"), before);
    assert.deepEqual(await pachyderm.countsOf("down"), ["JOB_SUCCESS 0/2/2", "JOB_SUCCESS 2/0/2"]);
    await update(true);
    assert.notDeepEqual(await pachyderm.filesOf("up"), before);
    assert.equal((await pachyderm.countsOf("up"))[0], "JOB_SUCCESS 2/0/2");
    assert.equal((await pachyderm.countsOf("down"))[0], "JOB_SUCCESS 2/0/2");
  });

  it("writes the same output for the same files and code", async () => {
    await update(true);
    const before = await pachyderm.filesOf("up");
    await update(true);
    assert.deepEqual(await pachyderm.filesOf("up"), before);
    assert.equal((await pachyderm.countsOf("down"))[0], "JOB_SUCCESS 0/2/2");
  });
});

describe("jobs in the data folder of the sandbox's Pachyderm", () => {
  const pachyderm = new TestServer();
  let data: string;
  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), "pachyderm-"));
    await pachyderm.start({ data });
    await pachyderm.createRepo("in");
    await pachyderm.createPipeline(reader("p", "in"));
    await pachyderm.putFiles("in", { "/a": "1", "/b": "2" });
  });
  afterEach(async () => {
    await pachyderm.server.close();
    rmSync(data, { recursive: true });
  });

  it("continue after a restart, with the files that they read", async () => {
    await pachyderm.server.kill();
    pachyderm.wait(10_000);
    await pachyderm.start({ data });
    assert.deepEqual(await pachyderm.countsOf("p"), ["JOB_SUCCESS 2/0/2", "JOB_SUCCESS 0/0/0"]);
    assert.deepEqual(await pachyderm.filesOf("in"), { "/a": "1", "/b": "2" });
  });

  it("start from scratch if an older sandbox stored neither files nor datums", async () => {
    pachyderm.wait(10_000);
    await pachyderm.countsOf("p");
    await pachyderm.server.kill();
    forgetData(join(data, "journal.jsonl"));
    await pachyderm.start({ data });
    assert.deepEqual(await pachyderm.countsOf("p"), ["JOB_SUCCESS 0/0/0", "JOB_SUCCESS 0/0/0"]);
    await pachyderm.putFiles("in", { "/c": "3" });
    pachyderm.wait(10_000);
    assert.equal((await pachyderm.countsOf("p"))[0], "JOB_SUCCESS 1/0/1");
    assert.equal(Object.keys(await pachyderm.filesOf("p")).length, 1);
  });
});

/** Reduces a journal to what was stored before sandboxes stored files. */
function forgetData(journal: string): void {
  const lines = readFileSync(journal, "utf8").trimEnd().split("\n");
  const old = lines.map((line) => {
    const changes = JSON.parse(line) as [string, string, Record<string, unknown> | null][];
    return changes
      .filter(
        ([table, key]) =>
          table !== "contents" && !(table === "commits" && key.startsWith("default/p@")),
      )
      .map(([table, key, record]) => {
        if (table === "jobs") return [table, key, { ...record, run: undefined }];
        if (table !== "commits" || record === null) return [table, key, record];
        const { repo, branch, id, finished } = record;
        return [table, key, { repo, branch, id, finished }];
      });
  });
  writeFileSync(journal, old.map((changes) => `${JSON.stringify(changes)}\n`).join(""));
}
