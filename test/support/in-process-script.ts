import { join } from "node:path";
import type { RunResult } from "../../command-line/processes/run";
import * as scriptRunner from "../../scripts/run-script";

const SCRIPTS = join(__dirname, "../../scripts");

type Main = () => Promise<number>;

/**
 * Runs the command line of a script in this process, with only this environment: starting one takes
 * most of a second. Each script has a test that starts it.
 */
export async function runInProcess(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<RunResult> {
  const path = join(SCRIPTS, `${script}.ts`);
  const { name, main } = mainOf(path);
  const outside = { argv: process.argv, env: process.env };
  Object.assign(process, { argv: [process.execPath, path, ...args], env });
  const captured = { stdout: "", stderr: "" };
  const restore = (["stdout", "stderr"] as const).map((stream) =>
    capture(process[stream], (text) => {
      captured[stream] += text;
    }),
  );
  try {
    const code = await scriptRunner.exitCodeOf(name, main);
    return { code, ...captured };
  } finally {
    for (const each of restore) each();
    Object.assign(process, outside);
  }
}

/** What a script passes to `runScript` when it is loaded, without running it. */
function mainOf(path: string): { readonly name: string; readonly main: Main } {
  let found: { readonly name: string; readonly main: Main } | undefined;
  const runner = require.cache[require.resolve("../../scripts/run-script")];
  if (runner === undefined) throw new Error("scripts/run-script.ts is not loaded");
  const { exports } = runner;
  runner.exports = {
    runScript: (name: string, main: Main) => {
      found = { name, main };
    },
  };
  try {
    delete require.cache[path];
    require(path);
  } finally {
    runner.exports = exports;
  }
  if (found === undefined) throw new Error(`${path} does not call runScript`);
  return found;
}

/** Captures what is written to a stream instead of writing it, until it is restored. */
function capture(stream: NodeJS.WriteStream, take: (text: string) => void): () => void {
  const { write } = stream;
  stream.write = (text: string | Uint8Array) => {
    take(String(text));
    return true;
  };
  return () => {
    stream.write = write;
  };
}
