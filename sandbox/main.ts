import { createInterface } from "node:readline/promises";
import { repository } from "../command-line/repository";
import { type Command, parseCommand, usage } from "./cli/arguments";
import { endSandbox } from "./cli/down";
import { putLocalFiles } from "./cli/put";
import { runSandbox } from "./cli/run";
import { inspect, serviceTable } from "./cli/status";
import { confirmWipe, stacksAtRisk } from "./cli/wipe";
import { captureNotice, shellExports } from "./engine/environment";
import { sandboxPaths } from "./paths";
import { sendCommand } from "./runtime/control";
import { readRecord, supervisorRuns } from "./runtime/record";

/** Runs a command and returns the exit code. */
async function execute(command: Command): Promise<number> {
  switch (command.command) {
    case "help":
      process.stdout.write(usage);
      return 0;
    case "run":
      return runSandbox(command);
    case "env":
      return env(command.name);
    case "status":
      return status(command.name);
    case "start":
    case "stop":
      return changeService(command.name, command.command, command.service);
    case "put":
      return put(command);
    case "down":
      return down(command);
  }
}

function env(name: string): number {
  const { env, toolFolders } = runningRecord(name);
  process.stdout.write(shellExports(env, toolFolders));
  process.stderr.write(captureNotice(name, env, process.env)); // standard output goes to `eval`
  return 0;
}

async function put({ name, repo, files }: Extract<Command, { command: "put" }>): Promise<number> {
  process.stdout.write(`${await putLocalFiles(runningRecord(name), repo, files)}\n`);
  return 0;
}

async function down({ name, wipe, yes }: Extract<Command, { command: "down" }>): Promise<number> {
  const paths = sandboxPaths(repository, name);
  if (wipe) await confirmWipe(name, stacksAtRisk(paths), { yes, ask: questionAtTerminal() });
  process.stdout.write(`sandbox "${name}": ${await endSandbox(paths, wipe)}\n`);
  return 0;
}

/** Asks the user at the terminal; undefined if there is none. */
function questionAtTerminal(): ((question: string) => Promise<string>) | undefined {
  if (!process.stdin.isTTY) return undefined;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  };
}

async function status(name: string): Promise<number> {
  const record = readRecord(sandboxPaths(repository, name).record);
  if (record === undefined) throw notRunning(name);
  const services = await inspect(record);
  const watched = supervisorRuns(record) ? `process ${record.supervisor?.pid}` : "not running";
  process.stdout.write(`Sandbox "${name}" (${watched}):\n${serviceTable(services).join("\n")}\n`);
  return supervisorRuns(record) && services.every(({ runs }) => runs) ? 0 : 1;
}

async function changeService(
  name: string,
  what: "start" | "stop",
  service: string,
): Promise<number> {
  await sendCommand(runningRecord(name).control, what, service);
  process.stdout.write(`${service}: ${what === "start" ? "started" : "stopped"}\n`);
  return 0;
}

/** The record of a started sandbox, which accepts commands. */
function runningRecord(name: string) {
  const record = readRecord(sandboxPaths(repository, name).record);
  if (record === undefined || !supervisorRuns(record)) throw notRunning(name);
  const { control } = record;
  if (control === undefined) throw new Error(`sandbox "${name}" is still starting`);
  return { ...record, control };
}

function notRunning(name: string): Error {
  const option = name === "sandbox" ? "" : ` -- --name ${name}`;
  return new Error(
    `sandbox "${name}" is not running; run \`npm run sandbox${option}\` to start it`,
  );
}

async function main(): Promise<void> {
  try {
    process.exitCode = await execute(parseCommand(process.argv.slice(2)));
  } catch (error) {
    process.stderr.write(`sandbox: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

main();
