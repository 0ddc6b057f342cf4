import { request } from "node:http";
import { DEFAULT_PROJECT } from "./names";

export interface PutOptions {
  /** Default: `default`. */
  readonly project?: string;
  /** Default: `master`. It is created if it does not exist. */
  readonly branch?: string;
  /** Required if auth is on. */
  readonly token?: string;
}

/**
 * Puts files into a repo, as one commit, which starts a job in every pipeline downstream. Existing
 * files are overwritten; null deletes a file.
 *
 * @param address `http://127.0.0.1:PORT`
 * @param files contents by path, such as `/a.txt`
 * @throws Error with the server's message
 */
export async function putFiles(
  address: string,
  repo: string,
  files: Readonly<Record<string, string | Uint8Array | null>>,
  { project = DEFAULT_PROJECT, branch = "master", token }: PutOptions = {},
): Promise<void> {
  const name = { name: repo, type: "user", project: { name: project } };
  const changes = Object.entries(files).flatMap(([path, content]) => [
    { deleteFile: { path } },
    ...(content === null
      ? []
      : [{ addFile: { path, raw: Buffer.from(content).toString("base64") } }]),
  ]);
  const lines = [{ setCommit: { repo: name, branch: { repo: name, name: branch } } }, ...changes];
  const body = lines.map((line) => JSON.stringify(line)).join("\n");
  await post(new URL("/api/pfs_v2.API/ModifyFile", address), body, token);
}

function post(url: URL, body: string, token: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", agent: false });
    // Pachyderm's gateway resets requests with this header
    call.removeHeader("connection");
    if (token !== undefined) call.setHeader("authn-token", token);
    call.on("error", reject);
    call.on("response", async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString("utf8");
      if (response.statusCode === 200) resolve();
      else reject(new Error(`cannot put files: ${messageIn(text)}`));
    });
    call.end(body);
  });
}

/** The server's message in a response, which is JSON with `message`. */
function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { readonly message?: unknown }).message ?? text);
  } catch {
    return text;
  }
}
