/** Whether, and how, a job on a runner can reach the systems that a stack's file names. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isKubeconfigText } from "../../config/secrets";
import {
  type Block,
  blockOf,
  configurationIn,
  NAMESPACE,
  plainName,
  readWholeStackFile,
} from "../../config/stack-file";
import { isThisMachine } from "../../providers/kit/http-proxy";
import { parseAddress } from "../../providers/pachyderm/rules";
import { GUIDE } from "./problems";

/** How a job connects to a stack's systems. */
export interface Connection {
  /** One line for each reason why it cannot. */
  readonly problems: readonly string[];
  /** The project of the cluster, from the name of the context. */
  readonly clusterProject?: string;
  /** The arguments of `kubectl port-forward` that make the Pachyderm address reachable. */
  readonly portForward?: string;
}

/** The connection of a job to the systems of a stack. */
export function connectionOf(stack: string, folder: string, env: NodeJS.ProcessEnv): Connection {
  const name = plainName(stack);
  const file = readWholeStackFile(name, folder);
  if (file === undefined) {
    const problem = `Pulumi.${name}.yaml does not exist in this commit: commit the file, or run the workflow for a different stack or commit`;
    return { problems: [problem] };
  }
  const of = { name, env, folder };
  const config = configurationIn(file);
  const [cluster, server] = [clusterOf(config, of), serverOf(config, of)];
  const problems = [...passphraseProblems(file, of), ...cluster.problems, ...server.problems];
  return { ...cluster, ...server, problems };
}

interface Job {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
}

function passphraseProblems({ encryptionsalt }: Block, { name, env }: Job): string[] {
  if (encryptionsalt === undefined) return [];
  // an empty passphrase is valid, too
  const { PULUMI_CONFIG_PASSPHRASE: text, PULUMI_CONFIG_PASSPHRASE_FILE: file } = env;
  if (text !== undefined || file) return [];
  return [
    `stack ${name} encrypts its secrets with a passphrase (encryptionsalt in Pulumi.${name}.yaml), which the workflows do not have: run \`pulumi stack change-secrets-provider --stack ${name} gcpkms://projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY\` with your key and commit the file, ${GUIDE}`,
  ];
}

function clusterOf(config: Block, { name, env, folder }: Job): Connection {
  const { context, kubeconfig } = blockOf(config, "kubernetes");
  if (kubeconfig !== undefined) {
    // the contents are a secret, and name their own cluster
    const isPath = typeof kubeconfig === "string" && !isKubeconfigText(kubeconfig);
    if (!isPath || existsSync(resolve(folder, kubeconfig))) return { problems: [] };
    const key = `${NAMESPACE}:kubernetes.kubeconfig`;
    const problem = `${key} of stack ${name} is the path ${kubeconfig}, which does not exist on a runner: run \`pulumi config rm --stack ${name} --path ${key}\`, and set the variable KUBECONFIG on your machines instead; on the runner, the workflows set it, ${GUIDE}`;
    return { problems: [problem] };
  }
  if (typeof context !== "string" || !env.CLUSTER || !env.CLUSTER_LOCATION) return { problems: [] };
  const end = `_${env.CLUSTER_LOCATION}_${env.CLUSTER}`;
  const project = /^gke_(.+)$/.exec(context)?.[1];
  if (project?.endsWith(end)) {
    return { problems: [], clusterProject: project.slice(0, -end.length) };
  }
  const problem = `${NAMESPACE}:kubernetes.context of stack ${name} is ${context}, but the variables CLUSTER and CLUSTER_LOCATION result in a context gke_PROJECT${end}: correct the variables, or name the context as \`gcloud container clusters get-credentials\` does, ${GUIDE}`;
  return { problems: [problem] };
}

function serverOf(config: Block, { name, env }: Job): Connection {
  const { address: text, namespace } = blockOf(config, "pachyderm");
  const address = typeof text === "string" ? parsed(text) : undefined;
  // a preview reports an address that is missing or not valid
  if (address === undefined) return { problems: [] };
  const isLocal = isThisMachine(address.host);
  if (isLocal && env.PACHYDERM_SERVICE) {
    return { problems: [], portForward: forward(address.port, env.PACHYDERM_SERVICE, namespace) };
  }
  // a self-hosted runner may be in the cluster, or use a proxy
  if (env.RUNNER_ENVIRONMENT === "self-hosted") return { problems: [] };
  const key = `${NAMESPACE}:pachyderm.address`;
  const ways = `set an address with TLS that is reachable from outside the cluster, use a self-hosted runner in the cluster's network, or set the variable PACHYDERM_SERVICE so that jobs forward a port, ${GUIDE}`;
  if (isLocal) {
    return {
      problems: [
        `${key} of stack ${name} is ${text}, which on a runner is the runner itself: ${ways}`,
      ],
    };
  }
  if (/^[^.:]+$|\.svc$|\.cluster\.local$/.test(address.host)) {
    const problem = `${key} of stack ${name} is ${text}, which is reachable only inside the cluster: ${ways}`;
    return { problems: [problem] };
  }
  return { problems: [] };
}

function forward(port: number, service: string, namespace: unknown): string {
  const [name, remote] = service.split(":");
  const isName = typeof namespace === "string" && /^[a-z0-9-]+$/.test(namespace);
  const from = isName ? namespace : "default"; // a preview reports what is not valid
  return `--namespace ${from} service/${name} ${port}:${remote}`;
}

function parsed(text: string) {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}
