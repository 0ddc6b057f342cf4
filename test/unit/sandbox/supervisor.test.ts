import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAddress } from "../../../providers/pachyderm/plugin/api/address";
import { listenForOrders, sendOrder } from "../../../sandbox/runtime/control";
import type { PartDefinition } from "../../../sandbox/runtime/parts";
import { answers, freePort } from "../../../sandbox/runtime/ports";
import { isRunning } from "../../../sandbox/runtime/process-table";
import { Supervisor } from "../../../sandbox/runtime/supervisor";

/** A server that logs when it starts and when it is told to end. */
async function server(name: string): Promise<PartDefinition & { address: string }> {
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

  it("starts a part, waits until it answers, and ends it in good order", async () => {
    const part = await server("one");
    await supervisor.start(part);
    assert.equal(await isAnswering(part), true);
    const [running] = supervisor.list();
    assert.ok(running?.process && isRunning(running.process));

    await supervisor.stopAll();
    assert.equal(isRunning(running.process), false);
    assert.equal(supervisor.list()[0]?.process, undefined);
    assert.equal(log("one"), "one starts\none ends\n");
    assert.deepEqual(losses, []);
    assert.equal(changes, 2);
  });

  it("starts a killed part again on the same port", async () => {
    const part = await server("one");
    await supervisor.start(part);
    await supervisor.kill("one");
    assert.equal(await isAnswering(part), false);
    await supervisor.startAgain("one");
    assert.equal(await isAnswering(part), true);
    assert.equal(log("one"), "one starts\none starts\n");
    assert.deepEqual(losses, []);
    await assert.rejects(supervisor.startAgain("one"), /^Error: one is running already$/);
  });

  it("reports a part that ends without being told to", async () => {
    const part = await server("one");
    await supervisor.start(part);
    process.kill(supervisor.list()[0]?.process?.pid ?? 0, "SIGKILL");
    while (losses.length === 0) await sleep(10);
    assert.match(losses[0] ?? "", /^one was ended by SIGKILL \(log: .*one\.log\)$/);
  });

  it("tells why a part couldn't start", async () => {
    const command = { command: "sh", arguments: ["-c", "echo the port is taken >&2; exit 3"] };
    await assert.rejects(
      supervisor.start({ name: "one", address: "127.0.0.1:1", ...command }),
      /^Error: one has ended with exit code 3: the port is taken \(log: .*one\.log\)$/,
    );
  });

  it("names the parts that there are when asked for another", async () => {
    await supervisor.start(await server("one"));
    await assert.rejects(
      supervisor.stop("two"),
      /^Error: this sandbox has no part "two"; it has one$/,
    );
  });

  it("takes orders from other processes that know the token", async () => {
    const part = await server("one");
    await supervisor.start(part);
    const control = await listenForOrders({
      start: (name) => supervisor.startAgain(name),
      stop: (name) => supervisor.stop(name),
    });
    try {
      await sendOrder(control, "stop", "one");
      assert.equal(await isAnswering(part), false);
      await sendOrder(control, "start", "one");
      assert.equal(await isAnswering(part), true);
      await assert.rejects(sendOrder(control, "start", "one"), /^Error: one is running already$/);
      await assert.rejects(sendOrder({ ...control, token: "guess" }, "stop", "one"), /status 401/);
      assert.equal(await isAnswering(part), true);
    } finally {
      control.close();
    }
  });
});
