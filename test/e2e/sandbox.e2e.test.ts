import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../command-line/processes/run";
import { Progress } from "../../command-line/progress";
import { repository } from "../../command-line/repository";
import { parseAddress } from "../../providers/pachyderm/plugin/api/address";
import { Client } from "../../providers/pachyderm/plugin/api/client";
import { endSandbox } from "../../sandbox/cli/down";
import { KubernetesApi } from "../../sandbox/cluster/api";
import { fullEnvironment } from "../../sandbox/engine/environment";
import { sandboxPaths } from "../../sandbox/paths";
import { readRecord, type SandboxRecord } from "../../sandbox/runtime/record";
import { startSandbox } from "../../sandbox/sandbox";

const name = "sandbox-e2e-lifecycle";
const paths = sandboxPaths(repository, name);
const main = ["--require", "tsx/cjs", join(repository, "sandbox", "main.ts")];

/** Runs a command of the sandbox to its end. */
const sandbox = (...args: string[]) =>
  run(process.execPath, [...main, ...args, "--name", name], {
    cwd: repository,
    allowFailure: true,
  });

/** Starts the sandbox in the foreground of a separate process and waits for what it prints. */
async function startInForeground(
  until: string,
): Promise<{ supervisor: ChildProcess; said: string }> {
  const supervisor = spawn(process.execPath, [...main, "--name", name], { cwd: repository });
  let said = "";
  for (const stream of [supervisor.stdout, supervisor.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  while (!said.includes(until)) {
    assert.equal(supervisor.exitCode, null, said);
    await sleep(50);
  }
  return { supervisor, said };
}

function ended(supervisor: ChildProcess): Promise<number | null> {
  if (supervisor.exitCode !== null) return Promise.resolve(supervisor.exitCode);
  return new Promise((resolve) => supervisor.once("exit", resolve));
}

function record(): SandboxRecord {
  const value = readRecord(paths.record);
  assert.ok(value);
  return value;
}

/** Command lines of all live processes that work in the sandbox's folder. */
function processesOfSandbox(): string[] {
  return execFileSync("ps", ["-eo", "stat=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(paths.folder) && !line.startsWith("Z"));
}

async function untilNoProcessIsLeft(): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (processesOfSandbox().length > 0 && Date.now() < deadline) await sleep(100);
  assert.deepEqual(processesOfSandbox(), []);
}

async function callPachyderm(method: string, repo = kept): Promise<unknown> {
  const address = parseAddress(record().env.PACHYDERM_ADDRESS ?? "");
  const client = new Client({ address, token: undefined });
  try {
    return await client.call(`pfs_v2.API/${method}`, { repo });
  } finally {
    client.close();
  }
}

const kubernetes = () => KubernetesApi.fromKubeconfig(record().env.KUBECONFIG ?? "");
const kept = { name: "kept", type: "user", project: { name: "default" } };
const dataRepo = { ...kept, name: "dogs-and-cats" };

describe("a separate sandbox", () => {
  let supervisor: ChildProcess;
  /** What `env` prints. */
  let exports: string;

  before(async () => {
    await endSandbox(paths, true);
    ({ supervisor } = await startInForeground("is running"));
  });

  after(async () => {
    await endSandbox(paths, true);
    await untilNoProcessIsLeft();
  });

  it("reports all services as running", async () => {
    const { code, stdout } = await sandbox("status");
    assert.equal(code, 0, stdout);
    for (const service of [
      "etcd",
      "kube-apiserver",
      "kube-controller-manager",
      "pachyderm",
      "gcs",
    ]) {
      assert.match(stdout, new RegExp(`^  ${service} +running .*pid \\d+$`, "m"));
    }
  });

  it("gives a shell what plain pulumi needs", async () => {
    const { stdout: printed, stderr: notice } = await sandbox("env");
    exports = printed;
    assert.match(notice, /sees only stacks in the sandbox's backend/);
    const script = `${exports}\npulumi config get pachyderm-seldon:disposable && pulumi stack --show-name`;
    const { stdout } = await run("sh", ["-c", script], { cwd: repository });
    assert.equal(stdout, `true\n${name}\n`);
  });

  it("lets the user run a stack by hand: up with its preview, refresh, destroy", async () => {
    const byHand = (environment: string, ...commands: string[]) => {
      const script = [environment, ...commands.map((command) => `pulumi ${command}`)].join("\n");
      return run("sh", ["-ec", script], { cwd: repository, timeout: 240_000 });
    };
    const secret = "/api/v1/namespaces/default/secrets/pipeline-secret";
    const asDocumented = `eval "$(npm run --silent sandbox -- env --name ${name})"`;
    await byHand(asDocumented, "up --yes", "refresh --yes --expect-no-changes");
    assert.ok(await kubernetes().find(secret));
    assert.ok(await callPachyderm("InspectRepo", dataRepo));
    await byHand(exports, "destroy --yes");
    assert.equal(await kubernetes().find(secret), undefined);
    await assert.rejects(callPachyderm("InspectRepo", dataRepo), /dogs-and-cats not found/);
  });

  it("refuses to be started twice", async () => {
    const { code, stderr } = await sandbox();
    assert.equal(code, 1);
    assert.match(stderr, /^sandbox: sandbox "sandbox-e2e-lifecycle" is already running/);
  });

  it("finishes the deletion of a namespace", async () => {
    const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: "short-lived" } };
    await kubernetes().create("/api/v1/namespaces", object, { fieldManager: "test" });
    await kubernetes().delete("/api/v1/namespaces/short-lived");
    const deadline = Date.now() + 15_000;
    while (await kubernetes().find("/api/v1/namespaces/short-lived")) {
      assert.ok(Date.now() < deadline, "the namespace is still there");
      await sleep(200);
    }
  });

  it("keeps Pachyderm's data when it is stopped and started again", async () => {
    await callPachyderm("CreateRepo");
    assert.equal((await sandbox("stop", "pachyderm")).stdout, "pachyderm: stopped\n");
    assert.equal((await sandbox("status")).code, 1);
    await assert.rejects(callPachyderm("InspectRepo"), /ECONNREFUSED/);
    assert.equal((await sandbox("start", "pachyderm")).stdout, "pachyderm: started\n");
    assert.ok(await callPachyderm("InspectRepo"));
  });

  it("serves another sandbox as its real Pachyderm and cluster", async () => {
    const guest = await startSandbox({
      name: "sandbox-e2e-guest",
      pachyderm: record().env.PACHYDERM_ADDRESS,
      kubeconfig: record().env.KUBECONFIG,
      progress: new Progress(new PassThrough()),
    });
    try {
      assert.deepEqual(
        guest.services().map(({ name, external }) => [name, external]),
        [
          ["kubernetes", true],
          ["pachyderm", true],
          ["gcs", undefined],
        ],
      );
      assert.equal(guest.env.PACHYDERM_ADDRESS, record().env.PACHYDERM_ADDRESS);
      const config = ["config", "get", "--path", "pachyderm-seldon:kubernetes.kubeconfig"];
      const { stdout } = await run("pulumi", config, { cwd: repository, env: guest.env });
      assert.equal(stdout.trim(), record().env.KUBECONFIG);
      await guest.kill("gcs");
      await assert.rejects(fetch(guest.addresses.gcs));
      await guest.restart("gcs");
      assert.ok(await fetch(guest.addresses.gcs));
    } finally {
      await guest.stop();
      await endSandbox(sandboxPaths(repository, guest.name), true);
    }
    // the host keeps running
    assert.ok(await callPachyderm("InspectRepo"));
    assert.ok(await kubernetes().get("/api/v1/namespaces/default"));
  });

  it("leaves no process after a SIGKILL of its supervisor, and starts again with its data and ports", async () => {
    const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: "long-lived" } };
    await kubernetes().create("/api/v1/namespaces", object, { fieldManager: "test" });
    const { ports } = record();
    supervisor.kill("SIGKILL");
    // the services end without their supervisor
    await untilNoProcessIsLeft();
    const { code, stdout } = await sandbox("status");
    assert.equal(code, 1);
    assert.match(stdout, /not running/);

    ({ supervisor } = await startInForeground("is running"));
    assert.deepEqual(record().ports, ports);
    assert.ok(await kubernetes().get("/api/v1/namespaces/long-lived"));
    assert.ok(await callPachyderm("InspectRepo"));
  });

  it("shuts down cleanly on Ctrl-C", async () => {
    supervisor.kill("SIGINT");
    assert.equal(await ended(supervisor), 0);
    assert.deepEqual(processesOfSandbox(), []);
  });

  it("can be interrupted while it starts, and started again", async () => {
    const { supervisor: starting } = await startInForeground("starting");
    await sleep(700);
    starting.kill("SIGINT");
    assert.equal(await ended(starting), 130);
    assert.deepEqual(processesOfSandbox(), []);
    ({ supervisor } = await startInForeground("is running"));
  });

  it("is stopped by `down`, and deleted by `down --wipe`", async () => {
    const { stdout } = await sandbox("down");
    assert.equal(stdout, `sandbox "${name}": stopped; state kept\n`);
    assert.equal(await ended(supervisor), 0);
    assert.deepEqual(processesOfSandbox(), []);
    assert.ok(existsSync(paths.record) && existsSync(paths.stackFile));
    const { env, toolFolders } = record();
    const shell = fullEnvironment(process.env, env, toolFolders);
    const other = `${name}-other`;
    await run("pulumi", ["stack", "init", other], { cwd: repository, env: shell });
    const { code, stderr } = await sandbox("down", "--wipe");
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^  pachyderm-seldon/${other} \\(0 resources\\)$`, "m"));
    assert.ok(existsSync(paths.folder));
    rmSync(sandboxPaths(repository, other).stackFile, { force: true });
    await sandbox("down", "--wipe", "--yes");
    assert.ok(!existsSync(paths.folder) && !existsSync(paths.stackFile));
  });
});
