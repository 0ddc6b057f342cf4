import { Agent, request } from "node:http";

/** A response of Pachyderm's HTTP gateway. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; of a stream, its lines as a list; undefined if it is neither. */
  // biome-ignore lint/suspicious/noExplicitAny: tests inspect responses of any shape
  readonly body: any;
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Default POST. */
  readonly method?: string;
  /** Sends the header `connection` that Node adds by default; default false. */
  readonly connectionHeader?: boolean;
}

/** Keeps connections for the next call, which is cheaper than one for each. */
const agent = new Agent({ keepAlive: true });

/**
 * Sends `message` (a string unchanged, anything else as JSON) to a method such as
 * `pfs_v2.API/CreateRepo`.
 */
export function callPachyderm(
  address: string,
  rpc: string,
  message: unknown,
  options: CallOptions = {},
): Promise<Answer> {
  return callPath(address, `/api/${rpc}`, message, options);
}

export function callPath(
  address: string,
  path: string,
  message: unknown,
  { headers = {}, method = "POST", connectionHeader = false }: CallOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, address), { method, headers, agent });
    if (!connectionHeader) call.removeHeader("connection");
    call.on("error", reject);
    call.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const status = response.statusCode ?? 0;
        resolve({ status, headers: response.headers, text, body: parseBody(text) });
      });
    });
    call.end(typeof message === "string" ? message : JSON.stringify(message));
  });
}

function parseBody(text: string): unknown {
  const lines = text.split("\n").filter((line) => line !== "");
  try {
    const values = lines.map((line) => JSON.parse(line) as unknown);
    return text.endsWith("\n") || values.length === 0 ? values : values[0];
  } catch {
    return undefined;
  }
}
