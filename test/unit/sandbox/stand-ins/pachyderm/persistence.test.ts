import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { callPachyderm } from "../../../../support/pachyderm-calls";
import { reading, TestServer } from "../../../../support/pachyderm-server";

describe("the data of the sandbox's Pachyderm", () => {
  const pachyderm = new TestServer();
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "pachyderm-"));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    rmSync(data, { recursive: true });
  });

  it("survives a restart, and time continues in between", async () => {
    await pachyderm.start({ data });
    await pachyderm.createRepo("in");
    await pachyderm.createPipeline(reading("p", "in"));
    const { id } = await pachyderm.call("admin_v2.API/InspectCluster", {});
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_STARTING");
    await pachyderm.server.kill();
    pachyderm.wait(1000);

    await pachyderm.start({ data });
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_RUNNING");
    assert.deepEqual(await pachyderm.jobsOf("p"), ["JOB_CREATED 1"]);
    assert.equal((await pachyderm.call("admin_v2.API/InspectCluster", {})).id, id);
    await pachyderm.server.close();
  });

  it("loses a change whose write was interrupted, completely, and nothing else", async () => {
    await pachyderm.start({ data });
    await pachyderm.createRepo("kept");
    await pachyderm.server.kill();
    appendFileSync(join(data, "journal.jsonl"), '[["repos","default/half",{"project":"def');

    await pachyderm.start({ data });
    await pachyderm.createRepo("next");
    const repos = await pachyderm.call("pfs_v2.API/ListRepo", {});
    const names = repos.map(
      ({ result }: { result: { repo: { name: string } } }) => result.repo.name,
    );
    assert.deepEqual(names, ["next", "kept"]);
    await pachyderm.server.close();
  });

  it("is refused when it is damaged in the middle, with the line", async () => {
    writeFileSync(join(data, "journal.jsonl"), "[]\nnonsense\n[]\n");
    await assert.rejects(pachyderm.start({ data }), /journal\.jsonl:2 is damaged/);
  });

  it("contains every acknowledged change when the process is killed under load", async () => {
    const first = await startProcess("--port", "0", "--data", data);
    const acknowledged: string[] = [];
    const load = createRepos(first.address, acknowledged);
    while (acknowledged.length < 20) await new Promise((resolve) => setTimeout(resolve, 2));
    first.process.kill("SIGKILL");
    await Promise.all([once(first.process, "exit"), load]);

    const second = await startProcess("--port", String(first.port), "--data", data);
    const { body } = await callPachyderm(second.address, "pfs_v2.API/ListRepo", {});
    const names = body.map(
      ({ result }: { result: { repo: { name: string } } }) => result.repo.name,
    );
    assert.deepEqual(
      acknowledged.filter((name) => !names.includes(name)),
      [],
    );
    assert.ok(names.length <= acknowledged.length + 1);

    const third = spawnServer("--port", String(first.port));
    assert.ok(third.stderr);
    const [message, [code]] = await Promise.all([text(third.stderr), once(third, "exit")]);
    assert.equal(code, 1);
    assert.equal(
      message,
      `pachyderm: port ${first.port} is in use; choose another one with --port\n`,
    );

    second.process.kill("SIGTERM");
    assert.deepEqual(await once(second.process, "exit"), [0, null]);
  });
});

/** Creates one repo after the other until the server is gone. */
async function createRepos(address: string, acknowledged: string[]): Promise<void> {
  for (let number = 0; ; number++) {
    const repo = { name: `repo-${number}`, type: "user" };
    const answer = await callPachyderm(address, "pfs_v2.API/CreateRepo", { repo }).catch(
      () => undefined,
    );
    if (answer === undefined) return;
    assert.equal(answer.status, 200, answer.text);
    acknowledged.push(repo.name);
  }
}

const children: ChildProcess[] = [];

function spawnServer(...args: string[]): ChildProcess {
  const main = join(__dirname, "../../../../../sandbox/stand-ins/pachyderm/main.ts");
  const child = spawn(process.execPath, ["--require=tsx/cjs", main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  return child;
}

async function startProcess(...args: string[]) {
  const server = spawnServer(...args);
  assert.ok(server.stdout);
  const [line] = await once(createInterface(server.stdout), "line");
  const port = Number(/^pachyderm listening on 127\.0\.0\.1:(\d+)$/.exec(line)?.[1]);
  return { process: server, port, address: `http://127.0.0.1:${port}` };
}
