import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endGuarded, killGuarded, spawnGuarded } from "../../../../command-line/processes/guard";
import { withLock } from "../../../../command-line/processes/lock";
import {
  identify,
  isRunning,
  mayHaveRunAt,
  terminate,
} from "../../../../command-line/processes/process-table";
import { run } from "../../../../command-line/processes/run";

/** Waits until a condition holds; fails after three seconds. */
async function eventually(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 3000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, what);
    await sleep(20);
  }
}

/**
 * Whether any process of the group still runs. A process that has ended but is not collected does
 * not count.
 */
function groupExists(leader: number): boolean {
  return execFileSync("ps", ["-eo", "pgid=,stat="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .some(([group, state]) => group === String(leader) && !state?.startsWith("Z"));
}

function pidOf(child: { pid?: number }): number {
  assert.ok(child.pid);
  return child.pid;
}

describe("guarded processes", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "guard-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("shut down cleanly, with everything that they started", async () => {
    const script = `trap 'echo bye > ${folder}/said; exit 3' TERM; sleep 60 & wait`;
    const child = spawnGuarded("sh", ["-c", script], { output: "pipe" });
    await sleep(150);
    await endGuarded(child);
    assert.equal(child.exitCode, 3);
    assert.equal(readFileSync(join(folder, "said"), "utf8"), "bye\n");
    await eventually("the group is gone", () => !groupExists(pidOf(child)));
  });

  it("can be killed immediately, with everything that they started", async () => {
    const child = spawnGuarded("sh", ["-c", "trap '' TERM; sleep 60 & wait"], { output: "pipe" });
    await sleep(100);
    await killGuarded(child);
    assert.equal(child.signalCode, "SIGKILL");
    await eventually("the group is gone", () => !groupExists(pidOf(child)));
  });

  it("are killed with everything that they started if they ignore the request to end", async () => {
    const script = "trap '' TERM; sleep 60 & while true; do sleep 0.1; done";
    const child = spawnGuarded("sh", ["-c", script], { output: "pipe", patienceMs: 200 });
    await sleep(150);
    await endGuarded(child);
    assert.equal(child.signalCode, "SIGKILL");
    await eventually("the group is gone", () => !groupExists(pidOf(child)));
  });

  it("get the arguments unchanged, an empty standard input, and their own exit code", async () => {
    const script = 'printf "%s|" "$@"; cat; exit 7';
    const child = spawnGuarded("sh", ["-c", script, "sh", "a b", "$HOME", "it's"], {
      output: "pipe",
    });
    let said = "";
    child.stdout?.on("data", (text) => {
      said += text;
    });
    await new Promise((resolve) => child.once("close", resolve));
    assert.equal(said, "a b|$HOME|it's|");
    assert.equal(child.exitCode, 7);
  });

  it("leave no watcher behind when they exit", async () => {
    const child = spawnGuarded("true", [], { output: "pipe" });
    await new Promise((resolve) => child.once("exit", resolve));
    await eventually("the group is gone", () => !groupExists(pidOf(child)));
  });

  it("end when the process that started them is killed with SIGKILL", async () => {
    const guard = join(__dirname, "../../../../command-line/processes/guard.ts");
    const program = `
      const { spawnGuarded } = require(${JSON.stringify(guard)});
      console.log(spawnGuarded("sleep", ["60"], { output: "pipe" }).pid);`;
    const starter = spawn(process.execPath, ["--require", "tsx/cjs", "-e", program]);
    const pid = await new Promise<number>((resolve) => {
      starter.stdout.once("data", (text) => resolve(Number(text)));
    });
    const identity = identify(pid);
    assert.ok(identity);
    starter.kill("SIGKILL");
    await eventually("the guarded process is gone", () => !isRunning(identity));
  });
});

describe("a process that may have run at a given time", () => {
  it("still exists, and started before that time", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    const pid = pidOf(child);
    assert.equal(mayHaveRunAt(pid, new Date()), true);
    assert.equal(mayHaveRunAt(pid, new Date(Date.now() - 120_000)), false, "its pid was reused");
    assert.equal(mayHaveRunAt(1, new Date()), true, "a process of somebody else");
    child.kill("SIGKILL");
    await once(child, "close");
    assert.equal(mayHaveRunAt(pid, new Date()), false);
  });
});

describe("run", () => {
  it("captures what a command prints and its exit code", async () => {
    const result = await run("sh", ["-c", "echo out; echo err >&2; exit 4"], {
      allowFailure: true,
    });
    assert.deepEqual(result, { code: 4, stdout: "out\n", stderr: "err\n" });
  });

  it("gives a command its standard input, which no other user sees", async () => {
    const { stdout } = await run("/bin/cat", [], { input: "first\nsecond" });
    assert.equal(stdout, "first\nsecond");
    assert.equal((await run("/bin/cat", [], { input: "" })).stdout, "");
    // a command that does not read its input does not fail
    assert.equal((await run("/bin/true", [], { input: "x".repeat(1_000_000) })).code, 0);
  });

  it("rejects with the command, its exit code and its last output", async () => {
    await assert.rejects(
      run("sh", ["-c", "echo why >&2; exit 4"]),
      /^CommandError: sh -c .*: exit code 4: why$/,
    );
  });

  it("quotes standard output, which may contain secrets, only if the caller allows it", async () => {
    const printing = (quoteOutput: boolean) =>
      run("sh", ["-c", "echo s3cret; exit 4"], { quoteOutput });
    await assert.rejects(printing(false), /^CommandError: sh -c [^:]*: exit code 4$/);
    await assert.rejects(printing(true), /: exit code 4: s3cret$/);
  });

  it("runs a command to its end even if PATH is empty or wrong", async () => {
    const options = { env: { PATH: "/nonexistent" }, allowFailure: true };
    const { code, stdout } = await run("/bin/sh", ["-c", "/bin/sleep 0.2; echo done"], options);
    assert.deepEqual([code, stdout], [0, "done\n"]);
  });

  it("ends a command that takes too long", async () => {
    await assert.rejects(
      run("sleep", ["60"], { timeout: 50 }),
      /sleep 60: did not finish within 50 ms/,
    );
  });

  it("ends the command when it is aborted", async () => {
    const signal = AbortSignal.timeout(50);
    await assert.rejects(run("sleep", ["60"], { signal }), { name: "TimeoutError" });
  });

  it("reports a command that does not exist", async () => {
    await assert.rejects(run("no-such-command", []), /no-such-command: exit code 127/);
  });
});

describe("terminate", () => {
  it("ends a process that ignores SIGTERM", async () => {
    const child = spawn("sh", ["-c", "trap '' TERM; while true; do sleep 0.1; done"], {
      detached: true,
      stdio: "ignore",
    });
    await sleep(100);
    const identity = identify(pidOf(child));
    assert.ok(identity);
    assert.equal(await terminate(identity, 200), true);
    assert.equal(isRunning(identity), false);
  });

  it("does not signal another process that has the same pid by now", async () => {
    const child = spawn("sleep", ["60"], { stdio: "ignore" });
    const identity = identify(pidOf(child));
    assert.ok(identity);
    assert.equal(await terminate({ ...identity, started: "another time" }), false);
    assert.equal(isRunning(identity), true);
    child.kill("SIGKILL");
  });

  it("does nothing if the process has ended", async () => {
    assert.equal(await terminate({ pid: 2 ** 22 + 1, started: "1" }), false);
  });
});

describe("locks", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lock-"));
    file = join(folder, "tool.lock");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("let one process in at a time", async () => {
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await sleep(50);
      events.push(`${name} ends`);
    };
    const waits: number[] = [];
    const onWait = ({ pid }: { pid: number }) => waits.push(pid);
    await Promise.all([withLock(file, work("a")), withLock(file, work("b"), { onWait })]);
    assert.deepEqual(events, ["a begins", "a ends", "b begins", "b ends"]);
    assert.deepEqual(waits, [process.pid]);
  });

  it("are taken over from a process that has ended", async () => {
    const program = `
      const { withLock } = require(${JSON.stringify(join(__dirname, "../../../../command-line/processes/lock.ts"))});
      withLock(${JSON.stringify(file)}, async () => process.kill(process.pid, "SIGKILL"));`;
    await run(process.execPath, ["--require", "tsx/cjs", "-e", program], { allowFailure: true });
    assert.ok(JSON.parse(readFileSync(file, "utf8")).pid);
    assert.equal(await withLock(file, async () => "mine"), "mine");
  });

  it("are not waited for after an abort", async () => {
    let release = () => {};
    const held = withLock(file, () => new Promise<void>((resolve) => (release = resolve)));
    const signal = AbortSignal.timeout(20);
    await assert.rejects(
      withLock(file, () => assert.fail("two at a time"), { signal }),
      { name: "AbortError" },
    );
    release();
    await held;
    assert.equal(await withLock(file, async () => "free"), "free");
  });

  it("are taken over by only one of several processes when their holder has ended", async () => {
    writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1, started: "1" }));
    const journal = join(folder, "journal");
    const program = `
      const { appendFileSync } = require("node:fs");
      const { setTimeout: sleep } = require("node:timers/promises");
      const { withLock } = require(${JSON.stringify(join(__dirname, "../../../../command-line/processes/lock.ts"))});
      withLock(${JSON.stringify(file)}, async () => {
        appendFileSync(${JSON.stringify(journal)}, "in ");
        await sleep(30);
        appendFileSync(${JSON.stringify(journal)}, "out ");
      });`;
    const contender = () => run(process.execPath, ["--require", "tsx/cjs", "-e", program]);
    await Promise.all([contender(), contender(), contender()]);
    assert.equal(readFileSync(journal, "utf8"), "in out ".repeat(3));
    assert.deepEqual(readdirSync(folder), ["journal"]);
  });

  it("are released when the work fails", async () => {
    await assert.rejects(
      withLock(file, () => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.equal(await withLock(file, async () => "again"), "again");
  });
});
