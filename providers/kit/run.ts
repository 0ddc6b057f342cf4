import { EngineLog, type Log } from "./engine-log";
import type { Plugin } from "./handler";
import { PluginServer } from "./server";

/** How often a plugin looks whether the engine that started it is still there. */
const PARENT_CHECK_MS = 500;

/**
 * How long a plugin goes on after it was asked to end, unless it is changing something: the engine
 * kills it 5 seconds after its SIGINT.
 */
const SHUTDOWN_MS = 4500;

/** How often it then looks whether the changes are done. */
const CHANGES_CHECK_MS = 100;

/**
 * The main program of a provider plugin: the engine starts it with its own address as the first
 * argument and reads the port from the first line of its output.
 */
export async function runPlugin(makePlugin: (log: Log) => Plugin): Promise<void> {
  const engine = process.argv[2];
  if (engine === undefined) {
    console.error("This is a plugin of Pulumi's; `pulumi up` starts it with the engine's address.");
    process.exit(1);
  }
  const server = new PluginServer(makePlugin(new EngineLog(engine)));
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

/** What breaks off half a change, such as Pachyderm's delete of a pipeline, leaves the other half. */
function exitAfterChanges(server: PluginServer): void {
  if (!server.isChanging) process.exit(0);
  setTimeout(() => exitAfterChanges(server), CHANGES_CHECK_MS);
}

/** A killed engine does not end its plugins, and nobody would ever stop them. */
function exitWithParent(end: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, PARENT_CHECK_MS);
  timer.unref();
}
