import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";

export interface ConnectProxy {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** `HOST:PORT` of each tunnel that was requested, in order. */
  readonly asked: readonly string[];
  close(): void;
}

/** An HTTP proxy whose tunnels all end at one server, whatever host they name. */
export async function startConnectProxy(target: string): Promise<ConnectProxy> {
  const asked: string[] = [];
  const proxy = createServer().on("connect", ({ url }, socket) => {
    asked.push(String(url));
    const onward = connect(Number(new URL(target).port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, asked, close: () => void proxy.close() };
}
