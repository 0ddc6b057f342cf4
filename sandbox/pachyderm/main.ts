import { parseArgs } from "node:util";
import { KubernetesSecrets } from "./secrets";
import { type PachydermOptions, startPachyderm } from "./server";

const USAGE = `The sandbox's Pachyderm.
  --port N           port on 127.0.0.1 (default: a free one)
  --data FOLDER      where its state is kept (default: in memory)
  --kubeconfig FILE  the cluster whose Secrets pipelines use (default: there are none)
  --namespace NAME   the namespace of those Secrets (default: default)
  --version X.Y.Z    the version of Pachyderm it stands in for (default: 2.12.0)
  --auth             auth is activated; needs --token
  --token TOKEN      root's token`;

function readOptions(args: readonly string[]): PachydermOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string" },
      data: { type: "string" },
      kubeconfig: { type: "string" },
      namespace: { type: "string" },
      version: { type: "string" },
      auth: { type: "boolean" },
      token: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return undefined;
  const { data, namespace, version, kubeconfig, token } = values;
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`--port ${values.port}: not a port number`);
  if ((values.auth ?? false) !== (token !== undefined))
    throw new Error("--auth and --token go together");
  return {
    port,
    ...(data !== undefined && { data }),
    ...(namespace !== undefined && { namespace }),
    ...(version !== undefined && { version }),
    ...(token !== undefined && { rootToken: token }),
    ...(kubeconfig !== undefined && { secrets: KubernetesSecrets.fromKubeconfig(kubeconfig) }),
  };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) return console.log(USAGE);
  const server = await startPachyderm(options);
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => void server.kill());
  console.log(`pachyderm listening on 127.0.0.1:${server.port}`);
}

main().catch((error: NodeJS.ErrnoException & { port?: number }) => {
  const reason =
    error.code === "EADDRINUSE"
      ? `port ${error.port} is in use; choose another by --port`
      : error.message;
  console.error(`pachyderm: ${reason}`);
  process.exitCode = 1;
});
