import { parseArgs } from "node:util";
import { type GcsOptions, startGcs } from "./server";

const USAGE = `The sandbox's Google Cloud Storage: the bucket part of its JSON API.
  --port N       port on 127.0.0.1 (default: a free one)
  --data FOLDER  where its state is kept (default: in memory)`;

function readOptions(args: readonly string[]): GcsOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string" },
      data: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return undefined;
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`--port ${values.port}: not a port number`);
  return { port, data: values.data };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) return console.log(USAGE);
  const server = await startGcs(options);
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => void server.close());
  console.log(`gcs listening on 127.0.0.1:${server.port}`);
}

main().catch((error: NodeJS.ErrnoException & { port?: number }) => {
  const reason =
    error.code === "EADDRINUSE"
      ? `port ${error.port} is in use; choose another by --port`
      : error.message;
  console.error(`gcs: ${reason}`);
  process.exitCode = 1;
});
