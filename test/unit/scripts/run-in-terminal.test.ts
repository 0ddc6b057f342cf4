import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../../command-line/repository";
import { runOnTerminal } from "../../support/pseudo-terminal";

/** Counts its signals until it gets SIGTERM, or the signal that it waits for. */
const CHILD = `
  ints=0
  trap 'ints=$((ints+1))' INT
  trap 'echo "ended with $ints"; exit 7' TERM
  printf 'begun: '
  for tick in 1 2 3 4 5 6; do sleep 0.1; [ "$ints" = 1 ] && break; done
  # a second one, if it is sent, arrives in this time
  sleep 0.2
  [ "$WAITS" = 1 ] && while :; do sleep 0.05; done
  echo "counted $ints"; exit 5
`;

describe("a command that owns the terminal", function () {
  this.timeout(20_000);
  let folder: string;
  let line: string[];
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "terminal-"));
    const script = join(folder, "script.ts");
    const run = JSON.stringify(join(repository, "scripts/run-in-terminal"));
    writeFileSync(
      script,
      `import { runInTerminal } from ${run};
runInTerminal("sh", ["-c", ${JSON.stringify(CHILD)}]).then((code) => process.exit(code));\n`,
    );
    line = ["--require", "tsx/cjs", script];
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Without a terminal, and with only the script itself to get the signals. */
  async function signalled(env: object, ...signals: readonly NodeJS.Signals[]) {
    const script = spawn(process.execPath, line, {
      cwd: repository,
      detached: true,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const closed = once(script, "close");
    let shown = "";
    for await (const text of script.stdout.setEncoding("utf8")) {
      if (shown === "") for (const signal of signals) script.kill(signal);
      shown += text;
    }
    const [code] = await closed;
    return { code, shown };
  }

  it("gets the signals of a cancelled job, which only the script receives", async () => {
    assert.deepEqual(await signalled({}, "SIGINT"), { code: 5, shown: "begun: counted 1\n" });
    const killed = await signalled({ WAITS: "1" }, "SIGTERM");
    assert.deepEqual(killed, { code: 7, shown: "begun: ended with 0\n" });
  });

  it("gets Ctrl-C once, because Pulumi stops immediately at a second one", async () => {
    const command = [process.execPath, ...line].map((word) => `'${word}'`).join(" ");
    const { env } = process;
    const { code, shown } = await runOnTerminal(command, {
      cwd: repository,
      env,
      replies: [undefined],
    });
    assert.match(shown, /counted 1/);
    assert.equal(code, 5);
  });
});
