import { EngineLog, type Log } from "./engine-log";
import type { Plugin } from "./handler";
import { PluginServer } from "./server";

/** How often a plugin checks whether the engine that started it is still running. */
const PARENT_CHECK_MS = 500;

/**
 * How long a plugin runs after it is asked to stop, unless it is changing something: the engine
 * kills it 5 seconds after SIGINT.
 */
const SHUTDOWN_MS = 4500;

/** How often it then checks whether the changes are done. */
const CHANGES_CHECK_MS = 100;

/**
 * The main program of a provider plugin: the engine passes its own address as the first argument
 * and reads the port from the first line of output.
 */
export async function runPlugin(makePlugin: (log: Log) => Plugin): Promise<void> {
  const engine = process.argv[2];
  if (engine === undefined) {
    console.error("This is a Pulumi plugin: `pulumi up` starts it with the engine's address.");
    process.exit(1);
  }
  const log = new EngineLog(engine);
  const server = new PluginServer(makePlugin(log), (address) => log.attach(address));
  const end = () => {
    setTimeout(() => exitAfterChanges(server), SHUTDOWN_MS).unref();
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  exitWithParent(end);
  process.stdout.write(`${await server.listen()}\n`);
}

/** An interrupted change, such as Pachyderm's delete of a pipeline, would remain half done. */
function exitAfterChanges(server: PluginServer): void {
  if (!server.isChanging) process.exit(0);
  setTimeout(() => exitAfterChanges(server), CHANGES_CHECK_MS);
}

/** A killed engine does not stop its plugins, so they must stop themselves. */
function exitWithParent(end: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, PARENT_CHECK_MS);
  timer.unref();
}
