import type { Config } from "../../config";
import type { Values } from "../../config/schema";
import {
  Api,
  Client,
  readSettings,
  requireVersion,
  type Settings,
  type Version,
} from "../../providers/pachyderm/client";
import { Connection, KubernetesClient } from "../../providers/seldon/client";
import { accessToken, storageEndpoint } from "../google/access";
import { UndecryptedError } from "../google/credentials";
import { StorageClient } from "../google/storage";
import { isPlaceholder } from "../render/stack-file";
import { once, Unavailable } from "./check";
import type { StackConfiguration } from "./stack/configuration";
import type { StackState } from "./stack/state";

/** How long to wait for a response. */
const TIMEOUT_MS = 5_000;

/** How long to retry a server that does not respond. */
const PATIENCE_MS = 1_000;

/** A Pachyderm that responds and has a version that the program supports. */
export interface PachydermServer {
  readonly api: Api;
  readonly settings: Settings;
  readonly version: Version;
}

/** The stack to check. The connection to each system is tried once. */
export interface CheckedStack {
  readonly stack: string;
  readonly config: Config;
  /** The plain values of the configuration. */
  readonly values: Partial<Values>;
  /** All keys of the configuration as text. */
  readonly raw: Readonly<Record<string, string>>;
  /** Whether `values` and `raw` contain the secrets. */
  readonly decrypted: boolean;
  /** Undefined if it cannot be read. */
  readonly state: StackState | undefined;
  readonly variables: NodeJS.ProcessEnv;
  /** @throws Error that says why it is not reachable */
  pachyderm(): Promise<PachydermServer>;
  /** @throws Error that says why it is not reachable */
  cluster(): Promise<ClusterServer>;
  /** @throws Error with the reason why no valid credentials were found */
  storage(): Promise<StorageClient>;
}

/** A Kubernetes API server that responds. */
export interface ClusterServer {
  readonly client: KubernetesClient;
  readonly connection: Connection;
  /** Such as `v1.33.1`. */
  readonly version: string;
  readonly address: string;
}

export interface CheckedStackOptions {
  /** The environment variables. Default: those of this process. */
  readonly variables?: NodeJS.ProcessEnv;
  /** How long to retry a server that does not respond. Default: 1 s. */
  readonly patienceMs?: number;
}

export function checkedStack(
  stack: string,
  { config, values, raw, undecrypted }: StackConfiguration & { readonly config: Config },
  state: StackState | undefined,
  { variables = process.env, patienceMs = PATIENCE_MS }: CheckedStackOptions = {},
): CheckedStack {
  return {
    stack,
    config,
    values,
    raw,
    decrypted: undecrypted === undefined,
    state,
    variables,
    pachyderm: once(() => reachPachyderm(config, variables, patienceMs)),
    cluster: once(() => reachCluster(values.kubernetes, patienceMs)),
    storage: once(() => reachStorage(raw, variables)),
  };
}

/** @throws Error with the reason if no token is available */
async function reachStorage(
  raw: Readonly<Record<string, string>>,
  variables: NodeJS.ProcessEnv,
): Promise<StorageClient> {
  const token = accessToken(raw, variables);
  await token().catch((error: unknown) => {
    throw error instanceof UndecryptedError ? new Unavailable(error.message) : error;
  });
  return new StorageClient({ token, endpoint: storageEndpoint(raw, variables), variables });
}

async function reachPachyderm(
  { pachyderm: { address, project } }: Config,
  variables: NodeJS.ProcessEnv,
  patienceMs: number,
): Promise<PachydermServer> {
  const settings = readSettings({ address, project }, variables);
  const client = new Client({ ...settings, patienceMs, environment: variables });
  const api = new Api(client);
  const version = await api.version({ timeoutMs: TIMEOUT_MS, repeatable: true });
  requireVersion(version, client.address);
  return { api, settings, version };
}

async function reachCluster(
  kubernetes: Values["kubernetes"] = {},
  patienceMs: number,
): Promise<ClusterServer> {
  const { kubeconfig, context } = kubernetes;
  if (isPlaceholder(kubeconfig)) {
    throw new Unavailable("the kubeconfig is a secret that cannot be decrypted");
  }
  const client = new KubernetesClient({ kubeconfig, context, patienceMs });
  const { gitVersion } = await client.get<{ gitVersion?: string }>("/version", {
    timeoutMs: TIMEOUT_MS,
  });
  const address = (await client.address()) ?? "";
  if (gitVersion === undefined) {
    throw new Error(`the server at ${address} is not a Kubernetes API server`);
  }
  const connection = new Connection(client, { log: async () => undefined });
  return { client, connection, version: gitVersion, address };
}

/** Connects to a system; if that fails, another check reports it, and this one cannot run. */
export async function answering<T>(name: string, reach: () => Promise<T>): Promise<T> {
  try {
    return await reach();
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(`${name} is not reachable: see above`);
  }
}
