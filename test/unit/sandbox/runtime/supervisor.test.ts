import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "../../../../command-line/processes/process-table";
import { parseAddress } from "../../../../providers/pachyderm/plugin/api/address";
import { listenForCommands, sendCommand } from "../../../../sandbox/runtime/control";
import { answers, freePort } from "../../../../sandbox/runtime/ports";
import type { ServiceDefinition } from "../../../../sandbox/runtime/service";
import { Supervisor } from "../../../../sandbox/runtime/supervisor";

/** A server that logs when it starts and when it is requested to end. */
async function server(name: string): Promise<ServiceDefinition & { address: string }> {
  const port = await freePort();
  const program = `
    console.log("${name} starts");
    process.on("SIGTERM", () => { console.log("${name} ends"); process.exit(); });
    require("net").createServer().listen(${port}, "127.0.0.1");`;
  const address = `127.0.0.1:${port}`;
  return { name, address, command: process.execPath, arguments: ["-e", program] };
}

function isAnswering({ address }: { address: string }): Promise<boolean> {
  const { host, port } = parseAddress(address);
  return answers(host, port);
}

describe("supervisor", () => {
  let folder: string;
  let losses: string[];
  let changes: number;
  let supervisor: Supervisor;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "supervisor-"));
    losses = [];
    changes = 0;
    supervisor = new Supervisor(join(folder, "logs"), {
      onChange: () => {
        changes++;
      },
      onLoss: (_part, problem) => losses.push(problem),
    });
  });

  afterEach(async () => {
    await supervisor.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  const log = (name: string) => readFileSync(join(folder, "logs", `${name}.log`), "utf8");

  it("starts a service, waits until it responds, and shuts it down cleanly", async () => {
    const service = await server("one");
    await supervisor.start(service);
    assert.equal(await isAnswering(service), true);
    const [running] = supervisor.list();
    assert.ok(running?.process && isRunning(running.process));

    await supervisor.stopAll();
    assert.equal(isRunning(running.process), false);
    assert.equal(supervisor.list()[0]?.process, undefined);
    assert.equal(log("one"), "one starts\none ends\n");
    assert.deepEqual(losses, []);
    assert.equal(changes, 2);
  });

  it("starts a killed service again on the same port", async () => {
    const service = await server("one");
    await supervisor.start(service);
    await supervisor.kill("one");
    assert.equal(await isAnswering(service), false);
    await supervisor.startAgain("one");
    assert.equal(await isAnswering(service), true);
    assert.equal(log("one"), "one starts\none starts\n");
    assert.deepEqual(losses, []);
    await assert.rejects(supervisor.startAgain("one"), /^Error: one is already running$/);
  });

  it("builds what a service runs before each start, and starts it once", async () => {
    const service = await server("one");
    let builds = 0;
    const build = async () => {
      await sleep(10);
      builds++;
    };
    await supervisor.start({ ...service, build });
    await supervisor.kill("one");
    const [, second] = await Promise.allSettled([
      supervisor.startAgain("one"),
      supervisor.startAgain("one"),
    ]);
    assert.match(`${second.status === "rejected" && second.reason}`, /one is already running$/);
    await assert.rejects(supervisor.startAgain("one"), /one is already running/);
    assert.equal(builds, 3, "built for a service that runs");
    assert.equal(log("one"), "one starts\none starts\n");
  });

  it("does not start a service whose build fails", async () => {
    const build = async () => {
      throw new Error("no such file");
    };
    await assert.rejects(supervisor.start({ ...(await server("one")), build }), /no such file/);
    assert.equal(supervisor.list()[0]?.process, undefined);
  });

  it("reports a service that ends unexpectedly", async () => {
    const service = await server("one");
    await supervisor.start(service);
    process.kill(supervisor.list()[0]?.process?.pid ?? 0, "SIGKILL");
    while (losses.length === 0) await sleep(10);
    assert.match(losses[0] ?? "", /^one was terminated by SIGKILL \(log: .*one\.log\)$/);
  });

  it("says why a service could not start", async () => {
    const command = { command: "sh", arguments: ["-c", "echo the port is taken >&2; exit 3"] };
    await assert.rejects(
      supervisor.start({ name: "one", address: "127.0.0.1:1", ...command }),
      /^Error: one exited with code 3: the port is taken \(log: .*one\.log\)$/,
    );
  });

  it("does not mistake another program at the address for the service", async () => {
    const { address } = await server("other");
    const { host, port } = parseAddress(address);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, host, resolve));
    const start = (line: string) => {
      const command = { command: "sh", arguments: ["-c", `sleep 0.3; ${line}; sleep 5`] };
      return supervisor.start({ name: "one", address, announcement: "one listens", ...command });
    };
    const taken = start("echo the port is in use >&2; exit 1");
    await assert.rejects(taken, /^Error: one exited with code 1: the port is in use \(log: /);
    await start("echo one listens");
    await supervisor.kill("one");
    // the output of the previous process does not count
    const again = supervisor.startAgain("one");
    assert.equal(await Promise.race([again.then(() => "ready"), sleep(150, "waits")]), "waits");
    await again;
    other.close();
  });

  it("lists the existing services for an unknown one", async () => {
    await supervisor.start(await server("one"));
    await assert.rejects(
      supervisor.stop("two"),
      /^Error: this sandbox does not have a service "two": expected one of one$/,
    );
  });

  it("accepts commands from other processes that know the token", async () => {
    const service = await server("one");
    await supervisor.start(service);
    const control = await listenForCommands({
      start: (name) => supervisor.startAgain(name),
      stop: (name) => supervisor.stop(name),
    });
    try {
      await sendCommand(control, "stop", "one");
      assert.equal(await isAnswering(service), false);
      await sendCommand(control, "start", "one");
      assert.equal(await isAnswering(service), true);
      await assert.rejects(sendCommand(control, "start", "one"), /^Error: one is already running$/);
      await assert.rejects(
        sendCommand({ ...control, token: "guess" }, "stop", "one"),
        /status 401/,
      );
      assert.equal(await isAnswering(service), true);
    } finally {
      control.close();
    }
  });
});
