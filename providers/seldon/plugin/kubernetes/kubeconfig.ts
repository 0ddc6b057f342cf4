import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname } from "node:path";
import { proxyFor } from "../../../kit/http-proxy";

/**
 * The official client library, which supports all ways to log in: only the part that reads
 * kubeconfigs, loaded on demand, which keeps the plugin's start fast.
 */
const loadLibrary = () => import("@kubernetes/client-node/dist/config.js");

/** A kubeconfig with one of its contexts selected. */
export type KubeConfig = InstanceType<Awaited<ReturnType<typeof loadLibrary>>["KubeConfig"]>;

/** The cluster, as set by the provider's arguments. */
export interface ClusterSettings {
  /** A kubeconfig's path or contents. Default: kubectl's. */
  readonly kubeconfig: string | undefined;
  /** Default: the kubeconfig's current context. */
  readonly context: string | undefined;
}

/**
 * Reads the kubeconfig. Errors do not show its text, which contains credentials.
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
  // the library's fallback; kubectl would try it, too, but nothing listens there
  const [only] = config.getClusters();
  if (config.getCurrentContext() === "loaded-context" && only?.server === "http://localhost:8080") {
    throw new Error(
      "no kubeconfig found: set the environment variable KUBECONFIG or the provider's " +
        "argument kubeconfig",
    );
  }
}

function withSource(source: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new Error(`${source} cannot be read: ${withoutText(error as Error)}`);
  }
}

/** A YAML error's message quotes the lines around it; its reason does not. */
function withoutText(
  error: NodeJS.ErrnoException & { reason?: string; mark?: { line: number } },
): string {
  if (error.code === "ENOENT") return `file ${error.path} does not exist`;
  if (error.code === "EISDIR") return "it is a folder; expected a file";
  if (error.reason !== undefined) return `${error.reason} (line ${(error.mark?.line ?? 0) + 1})`;
  // the document is null, which the library does not handle
  return error instanceof TypeError ? "it is not a kubeconfig" : error.message;
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
    throw new Error(`the kubeconfig does not have the cluster "${context.cluster}" of its context`);
  }
}

/**
 * Adds what kubectl supports and the library does not: plain HTTP (`kubectl proxy`) does not need
 * to be marked as insecure, and the environment may set a proxy.
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
