import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** A file of the certificates for 127.0.0.1 that tests use. */
export const readTlsFile = (file: string): string =>
  readFileSync(join(__dirname, "../fixtures/tls", file), "utf8");

export interface TlsProxy {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  close(): void;
}

/** Serves the responses of a Pachyderm with TLS, as its proxy does. */
export async function startTlsProxy(target: { readonly address: string }): Promise<TlsProxy> {
  const proxy = https.createServer(
    { key: readTlsFile("server-key.pem"), cert: readTlsFile("server.pem") },
    (request, response) => {
      const { connection: _, ...headers } = request.headers;
      const onward = http.request(target.address + request.url, { method: "POST", headers });
      onward.removeHeader("connection");
      onward.on("response", (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    },
  );
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
