import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname } from "node:path";
import { proxyFor } from "../../../kit/http-proxy";

/**
 * The official client library, which knows all ways to log in: only the part that reads
 * kubeconfigs, and not before it is needed, which keeps the plugin's start short.
 */
const loadLibrary = () => import("@kubernetes/client-node/dist/config.js");

/** A kubeconfig with one of its contexts selected. */
export type KubeConfig = InstanceType<Awaited<ReturnType<typeof loadLibrary>>["KubeConfig"]>;

/** Which cluster is meant, as the provider's arguments say it. */
export interface ClusterSettings {
  /** A kubeconfig's path or contents. Default: where kubectl looks. */
  readonly kubeconfig: string | undefined;
  /** Default: the kubeconfig's current context. */
  readonly context: string | undefined;
}

/**
 * Reads the kubeconfig. Errors are told without its text, which holds credentials.
 *
 * @throws Error with one line that says what is wrong with the kubeconfig.
 */
export async function loadKubeconfig(settings: ClusterSettings): Promise<KubeConfig> {
  const library = await loadLibrary();
  const config = new library.KubeConfig();
  read(config, settings.kubeconfig);
  selectContext(config, settings.context);
  behaveAsKubectl(config);
  return config;
}

function read(config: KubeConfig, pathOrContents: string | undefined): void {
  if (pathOrContents === undefined) {
    readAmbient(config);
    return;
  }
  const path = pathOrContents.replace(/^~(?=\/)/, homedir());
  const isFile = !path.includes("\n") && existsSync(path);
  if (!isFile && !/[\n:{]/.test(path)) throw new Error(`the kubeconfig ${path} does not exist`);
  const source = isFile ? `the kubeconfig ${path}` : "the kubeconfig in the provider's argument";
  withSource(source, () => {
    config.loadFromString(isFile ? readFileSync(path, "utf8") : pathOrContents);
    if (isFile) config.makePathsAbsolute(dirname(path));
  });
}

function readAmbient(config: KubeConfig): void {
  withSource("the kubeconfig (from KUBECONFIG or ~/.kube/config)", () => config.loadFromDefault());
  // what the library falls back to; kubectl would try it too, but nothing ever listens there
  const [only] = config.getClusters();
  if (config.getCurrentContext() === "loaded-context" && only?.server === "http://localhost:8080") {
    throw new Error(
      "there is no kubeconfig: set the environment variable KUBECONFIG, or the provider's " +
        "argument kubeconfig",
    );
  }
}

function withSource(source: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new Error(`${source} can't be read: ${withoutText(error as Error)}`);
  }
}

/** A YAML error's message quotes the lines around it: its reason alone does not. */
function withoutText(error: Error & { reason?: string; mark?: { line: number } }): string {
  if (error.reason !== undefined) return `${error.reason} (line ${(error.mark?.line ?? 0) + 1})`;
  // null as the document: the library's own mistake
  return error instanceof TypeError ? "it is no kubeconfig" : error.message;
}

function selectContext(config: KubeConfig, wanted: string | undefined): void {
  if (wanted !== undefined) config.setCurrentContext(wanted);
  const name = config.getCurrentContext();
  const context = config.getContexts().find((candidate) => candidate.name === name);
  if (context === undefined) {
    const known = config.getContexts().map((candidate) => candidate.name);
    const found = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
    throw new Error(
      name
        ? `the kubeconfig has no context "${name}"; ${found}`
        : `the kubeconfig has no current context: set the provider's argument context; ${found}`,
    );
  }
  if (config.getCluster(context.cluster) === null) {
    throw new Error(`the kubeconfig has no cluster "${context.cluster}", which its context names`);
  }
}

/**
 * Completes clusters with what kubectl does by itself and the library does not: plain HTTP
 * (`kubectl proxy`) need not be marked as insecure, and the environment may name a proxy.
 */
function behaveAsKubectl(config: KubeConfig): void {
  config.loadFromOptions({
    contexts: config.getContexts(),
    users: config.getUsers(),
    currentContext: config.getCurrentContext(),
    clusters: config.getClusters().map((cluster) => {
      const proxyUrl = cluster.proxyUrl ?? environmentProxy(cluster.server);
      const plain = cluster.server.startsWith("http:");
      return {
        ...cluster,
        ...(plain && { skipTLSVerify: true }),
        ...(proxyUrl && { proxyUrl }),
      };
    }),
  });
}

function environmentProxy(server: string): string | undefined {
  if (!URL.canParse(server)) return undefined;
  const { protocol, hostname, port } = new URL(server);
  const tls = protocol === "https:";
  const host = hostname.replace(/^\[|\]$/g, "");
  return proxyFor({ tls, host, port: Number(port) || (tls ? 443 : 80) }, process.env)?.url.href;
}
