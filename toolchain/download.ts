import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { Transform } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

export interface DownloadOptions {
  /** The time limit for connecting, in milliseconds. Default: 3000. */
  readonly connectTimeout?: number;
  /** The time limit without receiving data, in milliseconds. Default: 15000. */
  readonly idleTimeout?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/** The file could not be fetched; another source may be tried. */
export class DownloadError extends Error {}

/** The file was fetched, but is not what its authors published. */
export class ChecksumError extends Error {}

/** Whether a server can be reached at all, whatever its response. */
export async function isReachable(url: string, options: DownloadOptions = {}): Promise<boolean> {
  try {
    (await request(new URL(url), options)).destroy();
    return true;
  } catch {
    options.signal?.throwIfAborted();
    return false;
  }
}

/** Fetches a small text file. */
export async function downloadText(url: string, options: DownloadOptions = {}): Promise<string> {
  const response = await open(url, options);
  return describeFailure(url, options, () => text(response));
}

/** Fetches a file and returns the SHA-256 of what was written, in hex. */
export async function downloadFile(
  url: string,
  file: string,
  options: DownloadOptions = {},
): Promise<string> {
  const response = await open(url, options);
  const length = response.headers["content-length"];
  const total = length === undefined ? undefined : Number(length);
  const hash = createHash("sha256");
  let received = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      received += chunk.length;
      options.onProgress?.(received, total);
      done(null, chunk);
    },
  });
  await describeFailure(url, options, () =>
    pipeline(response, measure, createWriteStream(file), { signal: options.signal }),
  );
  return hash.digest("hex");
}

/**
 * Finds a file's SHA-256 in a published list (`HASH NAME` lines, or the bare hash alone). Undefined
 * if the list does not include the file.
 */
export function findChecksum(list: string, fileName: string): string | undefined {
  const rows = list.split("\n").map((line) => line.trim().split(/\s+/));
  const named = rows.find(([, name]) => name?.replace(/^[*.]?\/?/, "") === fileName);
  const hash = named?.[0] ?? (rows[0]?.length === 1 ? rows[0][0] : undefined);
  return hash !== undefined && /^[0-9a-f]{64}$/i.test(hash) ? hash.toLowerCase() : undefined;
}

/** Sends the request and follows redirects to the first response with content. */
async function open(url: string, options: DownloadOptions): Promise<http.IncomingMessage> {
  let target = new URL(url);
  for (let redirects = 0; redirects <= 5; redirects++) {
    const response = await describeFailure(target.href, options, () => request(target, options));
    const { statusCode = 0, headers } = response;
    if (statusCode === 200) return response;
    response.resume();
    if (statusCode < 300 || statusCode > 399 || headers.location === undefined) {
      throw new DownloadError(`${target.href} responded with status ${statusCode}`);
    }
    const next = new URL(headers.location, target);
    if (target.protocol === "https:" && next.protocol !== "https:") {
      throw new DownloadError(`${target.href} redirects to an insecure address, ${next.href}`);
    }
    target = next;
  }
  throw new DownloadError(`${url} redirects too many times`);
}

function request(url: URL, options: DownloadOptions): Promise<http.IncomingMessage> {
  const { connectTimeout = 3000, idleTimeout = 15_000, signal } = options;
  const secure = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    let response: http.IncomingMessage | undefined;
    const sent = (secure ? https : http).get(url, { signal, agent: false }, (received) => {
      response = received;
      resolve(received);
    });
    const connecting = setTimeout(
      () => sent.destroy(new Error(`no connection within ${connectTimeout / 1000} s`)),
      connectTimeout,
    );
    const connected = () => clearTimeout(connecting);
    sent.once("socket", (socket) => socket.once(secure ? "secureConnect" : "connect", connected));
    sent.setTimeout(idleTimeout, () => {
      (response ?? sent).destroy(new Error(`nothing received for ${idleTimeout / 1000} s`));
    });
    sent.on("error", (error) => {
      connected();
      reject(error);
    });
  });
}

async function describeFailure<T>(
  url: string,
  options: DownloadOptions,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new DownloadError(`${url}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") return "unknown host";
  if (error.code === "ECONNREFUSED") return "connection refused";
  if (error.code === "ECONNRESET") return "the server closed the connection";
  return error.message;
}
