import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** How to connect to a cluster: one context of a kubeconfig. */
export interface ClusterAccess {
  /** The API server's address, such as `https://127.0.0.1:6443`. */
  readonly server: string;
  /** The context's namespace, if it sets one. */
  readonly namespace: string | undefined;
  readonly ca: string | undefined;
  readonly verify: boolean;
  readonly token: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

const text = z.string().optional();

const Kubeconfig = z.object({
  "current-context": text,
  contexts: z.array(
    z.object({
      name: z.string(),
      context: z.object({ cluster: z.string(), user: z.string(), namespace: text }),
    }),
  ),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.object({
        server: z.url(),
        "certificate-authority": text,
        "certificate-authority-data": text,
        "insecure-skip-tls-verify": z.boolean().optional(),
      }),
    }),
  ),
  users: z.array(
    z.object({
      name: z.string(),
      user: z.object({
        token: text,
        tokenFile: text,
        "client-certificate": text,
        "client-certificate-data": text,
        "client-key": text,
        "client-key-data": text,
        exec: z.unknown().optional(),
      }),
    }),
  ),
});

/**
 * Reads a kubeconfig: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 * @param pathOrContents as the provider accepts it; default: from the environment.
 * @param contextName default: the file's current context.
 * @throws Error that says what is wrong, without any of the file's secrets.
 */
export function readKubeconfig(
  pathOrContents: string | undefined,
  contextName: string | undefined,
): ClusterAccess {
  const { contents, folder } = load(pathOrContents ?? ambientPath());
  const config = Kubeconfig.safeParse(parse(contents));
  if (!config.success) throw new Error(z.prettifyError(config.error).replaceAll("\n", " "));
  const { contexts, clusters, users } = config.data;
  const wanted = contextName ?? config.data["current-context"];
  const find = <T extends { name: string }>(
    kind: string,
    list: T[],
    name: string | undefined,
  ): T => {
    const found = list.find((entry) => entry.name === name);
    if (found === undefined) throw new Error(`${kind} "${name ?? ""}" does not exist`);
    return found;
  };
  const { context } = find("context", contexts, wanted);
  const { cluster } = find("cluster", clusters, context.cluster);
  const { user } = find("user", users, context.user);
  if (user.exec !== undefined)
    throw new Error(
      `user "${context.user}" logs in with a command (exec), which only the official plugin ` +
        "supports",
    );
  const file = (path: string | undefined) =>
    path === undefined ? undefined : readFileSync(resolve(folder, path), "utf8");
  return {
    server: cluster.server,
    namespace: context.namespace,
    ca: decode(cluster["certificate-authority-data"]) ?? file(cluster["certificate-authority"]),
    verify: !(cluster["insecure-skip-tls-verify"] ?? false),
    token: user.token ?? file(user.tokenFile)?.trim(),
    certificate: decode(user["client-certificate-data"]) ?? file(user["client-certificate"]),
    key: decode(user["client-key-data"]) ?? file(user["client-key"]),
  };
}

/** The kubeconfig that kubectl uses in an environment. */
export function ambientPath(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.KUBECONFIG ?? join(homedir(), ".kube", "config");
}

function load(pathOrContents: string): { contents: string; folder: string } {
  const path = pathOrContents.replace(/^~(?=\/)/, homedir());
  if (path.includes("\n") || !existsSync(path)) {
    if (!/[\n:{]/.test(path)) throw new Error(`${path} does not exist`);
    return { contents: pathOrContents, folder: process.cwd() };
  }
  return { contents: readFileSync(path, "utf8"), folder: dirname(path) };
}

function decode(data: string | undefined): string | undefined {
  return data === undefined ? undefined : Buffer.from(data, "base64").toString("utf8");
}
