import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** A request whose response never arrives: the method and path, and what then happens. */
export interface Cut {
  readonly request: RegExp;
  happens(): void;
}

/**
 * A proxy in front of a server that drops responses: the server does what was requested, but the
 * client never receives the response.
 */
export class CutOffProxy {
  #cuts: readonly Cut[] = [];

  readonly #server: http.Server;

  private constructor(
    server: http.Server,
    /** `http://127.0.0.1:PORT` */
    readonly address: string,
  ) {
    this.#server = server;
  }

  static async start(target: string): Promise<CutOffProxy> {
    const send = target.startsWith("https:") ? (await import("node:https")).request : http.request;
    const server = http.createServer((request, response) => {
      const { host: _, connection: __, ...headers } = request.headers;
      const { method, url = "" } = request;
      const onward = send(new URL(url, target), { method, headers, rejectUnauthorized: false });
      onward.removeHeader("connection");
      onward.on("error", () => response.destroy());
      onward.on("response", (answer) => {
        if (proxy.#takes(`${method} ${url}`)) {
          answer.resume();
          return;
        }
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const proxy = new CutOffProxy(server, `http://127.0.0.1:${port}`);
    return proxy;
  }

  /** Cuts off the next matching request, once for each of these. */
  cutOff(cuts: readonly Cut[]): void {
    this.#cuts = cuts;
  }

  #takes(request: string): boolean {
    const cut = this.#cuts.find((each) => each.request.test(request));
    if (cut === undefined) return false;
    this.#cuts = this.#cuts.filter((each) => each !== cut);
    cut.happens();
    return true;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
