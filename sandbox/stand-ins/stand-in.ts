/** Code shared by the main programs of the service stand-ins. */

interface Service {
  readonly port: number;
}

/** The port of a `--port` option. Default: 0, a free one. */
export function readPort(text: string | undefined): number {
  const port = Number(text ?? 0);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new Error(`--port: "${text}" is not a valid port number`);
}

/**
 * Starts a service, prints the line that the supervisor waits for, and stops it on SIGTERM and
 * SIGINT. Errors are printed as one line.
 */
export async function runStandIn<S extends Service>(
  name: string,
  start: () => Promise<S | undefined>,
  end: (service: S) => Promise<void>,
): Promise<void> {
  try {
    const service = await start();
    if (service === undefined) return;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => void end(service));
    }
    console.log(`${name} listening on 127.0.0.1:${service.port}`);
  } catch (error) {
    const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
    const taken = `port ${port} is in use; choose another one with --port`;
    console.error(`${name}: ${code === "EADDRINUSE" ? taken : message}`);
    process.exitCode = 1;
  }
}
