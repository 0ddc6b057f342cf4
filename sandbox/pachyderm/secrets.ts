import { readFileSync } from "node:fs";
import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** Where pachd looks up the Kubernetes Secrets that pipelines name. */
export interface SecretLookup {
  /** The keys of a Secret; undefined if it does not exist. */
  keys(namespace: string, name: string): Promise<readonly string[] | undefined>;
}

/** Secrets that a test sets by hand. */
export class InMemorySecrets implements SecretLookup {
  private readonly secrets = new Map<string, readonly string[]>();

  set(namespace: string, name: string, keys: readonly string[]): void {
    this.secrets.set(`${namespace}/${name}`, keys);
  }

  delete(namespace: string, name: string): void {
    this.secrets.delete(`${namespace}/${name}`);
  }

  async keys(namespace: string, name: string): Promise<readonly string[] | undefined> {
    return this.secrets.get(`${namespace}/${name}`);
  }
}

const Kubeconfig = z.object({
  "current-context": z.string().min(1),
  contexts: z.array(
    z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }),
  ),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.object({
        server: z.url({ protocol: /^https?$/ }),
        "certificate-authority": z.string().optional(),
        "certificate-authority-data": z.string().optional(),
      }),
    }),
  ),
  users: z.array(z.object({ name: z.string(), user: z.object({ token: z.string() }) })),
});

/** Secrets of a real API server, read with the bearer token of a kubeconfig's current context. */
export class KubernetesSecrets implements SecretLookup {
  private constructor(
    private readonly server: string,
    private readonly token: string,
    private readonly ca: string | undefined,
  ) {}

  /** @throws Error with one line that names the file and what is wrong with it. */
  static fromKubeconfig(path: string): KubernetesSecrets {
    const config = Kubeconfig.safeParse(parse(readFileSync(path, "utf8")));
    if (!config.success) throw new Error(`${path}: ${z.prettifyError(config.error)}`);
    const { contexts, clusters, users, "current-context": current } = config.data;
    const context = contexts.find(({ name }) => name === current)?.context;
    const cluster = clusters.find(({ name }) => name === context?.cluster)?.cluster;
    const user = users.find(({ name }) => name === context?.user)?.user;
    if (cluster === undefined || user === undefined)
      throw new Error(`${path}: the context ${JSON.stringify(current)} lacks a cluster or a user`);
    const file = cluster["certificate-authority"];
    const data = cluster["certificate-authority-data"];
    const ca =
      data !== undefined
        ? Buffer.from(data, "base64").toString("utf8")
        : file && readFileSync(resolve(dirname(path), file), "utf8");
    return new KubernetesSecrets(cluster.server, user.token, ca);
  }

  async keys(namespace: string, name: string): Promise<readonly string[] | undefined> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
    const { status, body } = await this.get(path);
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
    const secret = JSON.parse(body) as { data?: Record<string, string> };
    return Object.keys(secret.data ?? {});
  }

  private get(path: string): Promise<{ status: number; body: string }> {
    const headers = { authorization: `Bearer ${this.token}`, accept: "application/json" };
    return new Promise((resolve, reject) => {
      const url = new URL(path, this.server);
      const request = url.protocol === "https:" ? requestTls : requestPlain;
      const call = request(url, { headers, ca: this.ca, timeout: 10_000 });
      call.on("timeout", () => call.destroy(new Error(`${this.server} does not answer`)));
      call.on("error", reject);
      call.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      });
      call.end();
    });
  }
}
