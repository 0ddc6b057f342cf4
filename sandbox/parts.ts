/** A long-running program of the sandbox. */
export interface PartDefinition {
  readonly name: string;
  /** Where it is reached; absent for a part that only calls others. */
  readonly address?: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Default: somebody answers at the address. */
  readonly isReady?: () => Promise<boolean>;
}

/** Host and port of an address such as `http://127.0.0.1:4443` or `127.0.0.1:650`. */
export function hostAndPort(address: string): { host: string; port: number } {
  const url = new URL(address.includes("://") ? address : `http://${address}`);
  const defaultPort = url.protocol === "https:" ? 443 : 80;
  return { host: url.hostname, port: url.port === "" ? defaultPort : Number(url.port) };
}
