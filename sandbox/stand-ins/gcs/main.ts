import { parseArgs } from "../../../command-line/parse-args";
import { readPort, runStandIn } from "../stand-in";
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
  const port = readPort(values.port);
  return { port, data: values.data };
}

async function start() {
  const options = readOptions(process.argv.slice(2));
  if (options !== undefined) return await startGcs(options);
  console.log(USAGE);
  return undefined;
}

runStandIn("gcs", start, (server) => server.close());
