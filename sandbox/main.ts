import { type Command, parseCommand, usage } from "./cli/arguments";
import { endSandbox } from "./cli/down";
import { runSandbox } from "./cli/run";
import { inspect, partTable } from "./cli/status";
import { sendOrder } from "./control";
import { shellExports } from "./engine/environment";
import { repository, sandboxPaths } from "./paths";
import { readRecord, supervisorRuns } from "./record";

/** Carries a command out and returns the exit code. */
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
      return order(command.name, command.command, command.part);
    case "down": {
      const done = await endSandbox(sandboxPaths(repository, command.name), command.wipe);
      process.stdout.write(`sandbox "${command.name}": ${done}\n`);
      return 0;
    }
  }
}

function env(name: string): number {
  const { env, toolFolders } = runningRecord(name);
  process.stdout.write(shellExports(env, toolFolders));
  return 0;
}

async function status(name: string): Promise<number> {
  const record = readRecord(sandboxPaths(repository, name).record);
  if (record === undefined) throw notRunning(name);
  const parts = await inspect(record);
  const watched = supervisorRuns(record) ? `process ${record.supervisor?.pid}` : "not running";
  process.stdout.write(`Sandbox "${name}" (${watched}):\n${partTable(parts).join("\n")}\n`);
  return supervisorRuns(record) && parts.every(({ runs }) => runs) ? 0 : 1;
}

async function order(name: string, what: "start" | "stop", part: string): Promise<number> {
  await sendOrder(runningRecord(name).control, what, part);
  process.stdout.write(`${part}: ${what === "start" ? "started" : "stopped"}\n`);
  return 0;
}

/** The record of a sandbox that has started; it takes orders from then on. */
function runningRecord(name: string) {
  const record = readRecord(sandboxPaths(repository, name).record);
  if (record === undefined || !supervisorRuns(record)) throw notRunning(name);
  const { control } = record;
  if (control === undefined) throw new Error(`sandbox "${name}" is still starting`);
  return { ...record, control };
}

function notRunning(name: string): Error {
  const option = name === "sandbox" ? "" : ` -- --name ${name}`;
  return new Error(`sandbox "${name}" is not running; start it with \`npm run sandbox${option}\``);
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
