import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";

/** Commands that a running sandbox accepts from other processes. */
export interface ControlHandlers {
  stop(service: string): Promise<void>;
  start(service: string): Promise<void>;
}

export interface Control {
  readonly port: number;
  readonly token: string;
  close(): void;
}

/**
 * Listens for commands on 127.0.0.1: `POST /start/SERVICE` and `POST /stop/SERVICE`. The token is
 * in the sandbox's record, which other users of the machine cannot read.
 */
export async function listenForCommands(handlers: ControlHandlers): Promise<Control> {
  const token = randomBytes(24).toString("hex");
  const server = createServer(async (request, response) => {
    const [, command, service = ""] = request.url?.split("/") ?? [];
    if (!isAuthorized(request, token)) return response.writeHead(401).end();
    if (request.method !== "POST" || (command !== "start" && command !== "stop")) {
      return response.writeHead(404).end();
    }
    try {
      await handlers[command](decodeURIComponent(service));
      return response.writeHead(204).end();
    } catch (error) {
      return response.writeHead(409).end((error as Error).message);
    }
  });
  return { port: await listen(server), token, close: () => server.close() };
}

/** Sends a command to a running sandbox; rejects with its response if it refuses. */
export async function sendCommand(
  control: Pick<Control, "port" | "token">,
  command: "start" | "stop",
  service: string,
): Promise<void> {
  const url = `http://127.0.0.1:${control.port}/${command}/${encodeURIComponent(service)}`;
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${control.token}` },
  });
  if (!response.ok) throw new Error((await response.text()) || `status ${response.status}`);
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const expected = Buffer.from(`Bearer ${token}`);
  const found = Buffer.from(request.headers.authorization ?? "");
  return found.length === expected.length && timingSafeEqual(found, expected);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
    });
  });
}
