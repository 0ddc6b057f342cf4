import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const root = join(__dirname, "../../..");

/** The start of a clone, with a program instead of npm. */
describe("npm run demo and npm test in a fresh clone", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bootstrap-"));
    mkdirSync(join(folder, "scripts"));
    mkdirSync(join(folder, "bin"));
    for (const file of ["scripts/bootstrap.js", "package.json", "package-lock.json"]) {
      cpSync(join(root, file), join(folder, file));
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function start(npm: string): ChildProcess {
    writeFileSync(join(folder, "bin", "npm"), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
    const PATH = [join(folder, "bin"), process.env.PATH].join(delimiter);
    return spawn(process.execPath, [join(folder, "scripts", "bootstrap.js"), "test"], {
      env: { PATH },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Everything that it prints until it and npm have ended. */
  async function ended(child: ChildProcess, onOutput = (_said: string) => {}) {
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        onOutput(said);
      });
    }
    const code = await new Promise((resolve) => child.once("close", resolve));
    return { code, said };
  }

  it("end npm if they are ended while it installs", async () => {
    const child = start(
      "trap 'echo npm ends; exit 1' TERM; echo npm begins; while :; do sleep 0.1; done",
    );
    let signalled = false;
    const { code, said } = await ended(child, (text) => {
      if (signalled || !text.includes("npm begins")) return;
      signalled = child.kill("SIGTERM");
    });
    assert.match(said, /npm ends/);
    assert.equal(code, 1);
  });

  it("say that the dependencies could not be installed if npm fails", async () => {
    const { code, said } = await ended(start("echo why >&2; exit 7"));
    assert.match(said, /why\n.*The dependencies could not be installed/s);
    assert.equal(code, 1);
  });
});
