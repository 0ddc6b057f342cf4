import { readFileSync } from "node:fs";
import { request } from "node:https";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const Kubeconfig = z.object({
  "current-context": z.string().min(1),
  contexts: z.array(
    z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }),
  ),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.object({
        server: z.url({ protocol: /^https$/ }),
        "certificate-authority": z.string().optional(),
        "certificate-authority-data": z.string().optional(),
      }),
    }),
  ),
  users: z.array(z.object({ name: z.string(), user: z.object({ token: z.string() }) })),
});

/** An object of the API, as far as the sandbox looks at it. */
export interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
}

/** A Kubernetes API server, called with the bearer token of a kubeconfig's context. */
export class KubernetesApi {
  private constructor(
    private readonly server: string,
    private readonly token: string,
    private readonly ca: string | undefined,
  ) {}

  /** @throws Error with one line that names the file and what is wrong with it. */
  static fromKubeconfig(path: string): KubernetesApi {
    const config = Kubeconfig.safeParse(parse(readFileSync(path, "utf8")));
    if (!config.success) throw new Error(`${path}: ${z.prettifyError(config.error)}`);
    const { contexts, clusters, users, "current-context": current } = config.data;
    const context = contexts.find(({ name }) => name === current)?.context;
    const cluster = clusters.find(({ name }) => name === context?.cluster)?.cluster;
    const user = users.find(({ name }) => name === context?.user)?.user;
    if (cluster === undefined || user === undefined)
      throw new Error(`${path}: the context ${JSON.stringify(current)} lacks a cluster or a token`);
    const file = cluster["certificate-authority"];
    const data = cluster["certificate-authority-data"];
    const ca =
      data !== undefined
        ? Buffer.from(data, "base64").toString("utf8")
        : file && readFileSync(resolve(dirname(path), file), "utf8");
    return new KubernetesApi(cluster.server, user.token, ca);
  }

  /** The object at a path of the API, or undefined if there is none. */
  async get(path: string): Promise<KubernetesObject | undefined> {
    const { status, body } = await this.call("GET", path);
    return status === 404 ? undefined : expectOk("GET", path, status, body);
  }

  /** The objects of a collection. */
  async list(path: string): Promise<KubernetesObject[]> {
    const { status, body } = await this.call("GET", path);
    return expectOk<{ items: KubernetesObject[] }>("GET", path, status, body).items;
  }

  /** Sends one request; any status is an answer. */
  call(method: string, path: string, object?: object): Promise<{ status: number; body: string }> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      accept: "application/json",
      "content-type":
        method === "PATCH" ? "application/merge-patch+json" : "application/json; charset=utf-8",
    };
    return new Promise((resolve, reject) => {
      const url = new URL(path, this.server);
      const call = request(url, { method, headers, ca: this.ca, timeout: 10_000 });
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
      call.end(object === undefined ? undefined : JSON.stringify(object));
    });
  }
}

function expectOk<T>(method: string, path: string, status: number, body: string): T {
  if (status >= 200 && status < 300) return JSON.parse(body) as T;
  throw new Error(`${method} ${path} answered ${status}`);
}
