import { connect, createServer } from "node:net";

/**
 * The ports of servers: below those that the system gives to clients, and to servers that ask for
 * any (from 32768 on Linux, from 49152 on macOS). The system could assign a port of that range
 * to another process before the service that it was found for listens.
 */
const FIRST = 20_000;
const COUNT = 12_768;

/**
 * How far apart two processes start their search, so that they do not find the same ports at the
 * same time.
 */
const DISTANCE = 64;

let tried = process.pid * DISTANCE;

/** A free TCP port on 127.0.0.1: the preferred one if it is free, otherwise another one. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST + (tried++ % COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free TCP port on 127.0.0.1 from ${FIRST} to ${FIRST + COUNT - 1}`);
}

/** Whether a TCP address accepts connections. */
export function answers(host: string, port: number, timeout = 1000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout });
    const settle = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => settle(true));
    socket.once("timeout", () => settle(false));
    socket.once("error", () => settle(false));
  });
}

async function isFree(port: number): Promise<boolean> {
  // macOS lets a process open a port on one address although it is open on all addresses
  return !(await answers("127.0.0.1", port)) && (await canListen(port));
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(false);
      else reject(error);
    });
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}
