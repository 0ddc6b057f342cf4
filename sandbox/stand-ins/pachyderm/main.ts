import { parseArgs } from "../../../command-line/parse-args";
import { readPort, runStandIn } from "../stand-in";
import { KubernetesSecrets } from "./secrets";
import { type PachydermOptions, startPachyderm } from "./server";

const USAGE = `The sandbox's Pachyderm.
  --port N           port on 127.0.0.1 (default: a free one)
  --data FOLDER      where its state is kept (default: in memory)
  --kubeconfig FILE  the cluster with the Secrets of pipelines (default: no Secrets)
  --namespace NAME   the namespace of those Secrets (default: default)
  --version X.Y.Z    the version of Pachyderm to simulate (default: 2.12.0)
  --pipeline-ms N    how long a pipeline takes to start or stop (default: 1000)
  --job-ms N         how long a job takes (default: 2000)
  --auth             activate auth; requires --token
  --token TOKEN      the token of the root user`;

function readOptions(args: readonly string[]): PachydermOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string" },
      data: { type: "string" },
      kubeconfig: { type: "string" },
      namespace: { type: "string" },
      version: { type: "string" },
      "pipeline-ms": { type: "string" },
      "job-ms": { type: "string" },
      auth: { type: "boolean" },
      token: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return undefined;
  const { data, namespace, version, kubeconfig, token } = values;
  const port = readPort(values.port);
  if ((values.auth ?? false) !== (token !== undefined))
    throw new Error("--auth and --token must be used together");
  return {
    port,
    ...(data !== undefined && { data }),
    ...(namespace !== undefined && { namespace }),
    ...(version !== undefined && { version }),
    delays: {
      ...readMilliseconds("pipelineMs", values["pipeline-ms"]),
      ...readMilliseconds("jobMs", values["job-ms"]),
    },
    ...(token !== undefined && { rootToken: token }),
    ...(kubeconfig !== undefined && { secrets: KubernetesSecrets.fromKubeconfig(kubeconfig) }),
  };
}

function readMilliseconds(name: "pipelineMs" | "jobMs", text: string | undefined) {
  if (text === undefined) return {};
  if (!/^\d+$/.test(text)) throw new Error(`${text} is not a number of milliseconds`);
  return { [name]: Number(text) };
}

async function start() {
  const options = readOptions(process.argv.slice(2));
  if (options !== undefined) return await startPachyderm(options);
  console.log(USAGE);
  return undefined;
}

runStandIn("pachyderm", start, (server) => server.kill());
