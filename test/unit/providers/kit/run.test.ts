import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

/** A minimal plugin without resources. */
const PLUGIN = `
import { runPlugin } from "./providers/kit/run";
runPlugin(() => ({
  name: "test", version: "1.0.0", schema: () => "{}", resources: {},
  checkConfig: async (inputs) => ({ inputs }), configure: async () => undefined,
  close: async () => undefined,
}));
`;

describe("a plugin's process", () => {
  let folder: string;
  let program: string;
  const children: ChildProcess[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "plugin-"));
    program = join(folder, "plugin.js");
    buildSync({
      stdin: { contents: PLUGIN, resolveDir: join(__dirname, "../../../..") },
      bundle: true,
      platform: "node",
      outfile: program,
    });
  });
  after(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  function start(command: string, args: string[]): ChildProcess {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    children.push(child);
    return child;
  }

  function firstLine(child: ChildProcess): Promise<string> {
    return new Promise((resolve) => {
      child.stdout?.once("data", (data) => resolve(String(data).split("\n")[0] ?? ""));
    });
  }

  function exitCode(child: ChildProcess): Promise<number | null> {
    return new Promise((resolve) => child.once("exit", resolve));
  }

  it("prints its port first, and shuts down cleanly on SIGINT", async () => {
    const child = start(process.execPath, [program, "127.0.0.1:1"]);
    assert.match(await firstLine(child), /^\d+$/);
    child.kill("SIGINT");
    assert.equal(await exitCode(child), 0);
  });

  it("explains what it is if it is started by hand", async () => {
    const child = start(process.execPath, [program]);
    let text = "";
    child.stderr?.on("data", (data) => {
      text += data;
    });
    assert.equal(await exitCode(child), 1);
    assert.match(text, /This is a Pulumi plugin/);
  });

  it("exits when the engine that started it is killed", async () => {
    // the shell acts as the engine; it prints the plugin's process id before its port
    const script = `"${process.execPath}" "${program}" 127.0.0.1:1 & echo $!; wait`;
    const engine = start("sh", ["-c", script]);
    const pid = Number(await firstLine(engine));
    await firstLine(engine);
    engine.kill("SIGKILL");
    const deadline = Date.now() + 3_000;
    while (isRunning(pid)) {
      assert.ok(Date.now() < deadline, "the plugin still runs");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
