import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";

const KUBE_SYSTEM = "/api/v1/namespaces/kube-system";

/**
 * A second address of a Kubernetes API server. With a different identity, it appears as a different
 * cluster, so one API server is enough to have two clusters in a test.
 */
export class ClusterProxy {
  /** The requests for changes, as `METHOD path`. */
  readonly changes: string[] = [];
  /** The UID of the namespace kube-system. Default: unchanged. */
  identity: string | undefined;
  readonly #folder = mkdtempSync(join(tmpdir(), "cluster-proxy-"));
  readonly #server: http.Server;

  readonly #source: string;

  constructor(source: string) {
    this.#source = source;

    const { cluster } = parse(readFileSync(source, "utf8")).clusters[0];
    const ca = Buffer.from(cluster["certificate-authority-data"] ?? "", "base64");
    this.#server = http.createServer((request, response) => {
      if (request.method !== "GET" && !request.url?.includes("dryRun=All")) {
        this.changes.push(`${request.method} ${request.url?.split("?")[0]}`);
      }
      const { connection: _, host: _host, ...headers } = request.headers;
      const url = new URL(request.url ?? "/", cluster.server);
      const onward = https.request(url, { method: request.method, headers, ca, agent: false });
      onward.on("error", () => response.destroy());
      onward.on("response", (answer) => this.#answer(request, answer, response));
      request.pipe(onward);
    });
  }

  /** Starts it; returns the path of a kubeconfig with its address. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const config = parse(readFileSync(this.#source, "utf8"));
    const { port } = this.#server.address() as AddressInfo;
    config.clusters[0].cluster = { server: `http://127.0.0.1:${port}` };
    const file = join(this.#folder, "kubeconfig");
    writeFileSync(file, stringify(config), { mode: 0o600 });
    return file;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answer(
    request: http.IncomingMessage,
    answer: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const isIdentity = request.url?.split("?")[0] === KUBE_SYSTEM && this.identity !== undefined;
    if (!isIdentity) {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
      return;
    }
    let text = "";
    for await (const chunk of answer.setEncoding("utf8")) text += chunk;
    const object = JSON.parse(text);
    object.metadata.uid = this.identity;
    response.writeHead(answer.statusCode ?? 500, { "content-type": "application/json" });
    response.end(JSON.stringify(object));
  }
}
