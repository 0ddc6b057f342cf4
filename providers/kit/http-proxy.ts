import { isIP } from "node:net";

export interface ProxyTarget {
  readonly tls: boolean;
  readonly host: string;
  readonly port: number;
}

/** A proxy to connect through, and the environment variable that sets it. */
export interface HttpProxy {
  readonly url: URL;
  readonly variable: string;
}

/**
 * The proxy that the environment sets for a server: HTTPS_PROXY or HTTP_PROXY, unless NO_PROXY
 * lists the server; each also in lower case. As in Go programs such as pachctl and kubectl,
 * connections to this machine never use a proxy: https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
export function proxyFor(
  target: ProxyTarget,
  environment: NodeJS.ProcessEnv,
): HttpProxy | undefined {
  const name = target.tls ? "HTTPS_PROXY" : "HTTP_PROXY";
  const variable = [name, name.toLowerCase()].find((candidate) => environment[candidate]);
  if (variable === undefined || isThisMachine(target.host)) return undefined;
  const exceptions = environment.NO_PROXY || environment.no_proxy || "";
  if (exceptions.split(",").some((pattern) => matches(pattern.trim(), target))) return undefined;
  const text = environment[variable] ?? "";
  const full = text.includes("://") ? text : `http://${text}`;
  // the value may contain a password, so it is not shown
  if (!URL.canParse(full) || !/^https?:/.test(full)) {
    throw new Error(`${variable} is not the URL of an HTTP proxy, such as http://proxy:3128`);
  }
  return { url: new URL(full), variable };
}

/** Whether a host is the machine on which the program runs. */
export function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Whether an entry of NO_PROXY matches the server: `*`, a name or domain, an address, a range. */
function matches(pattern: string, { host, port }: ProxyTarget): boolean {
  if (pattern === "") return false;
  if (pattern === "*") return true;
  if (pattern.includes("/")) return isInRange(host, pattern);
  const [, name = "", onlyPort] = /^\[(.*)\](?::(\d+))?$/.exec(pattern) ??
    /^([^:]*)(?::(\d+))?$/.exec(pattern) ?? [pattern, pattern];
  if (onlyPort !== undefined && Number(onlyPort) !== port) return false;
  const wanted = name.toLowerCase().replace(/^\*?\./, ".");
  const found = host.toLowerCase();
  if (found === wanted) return true;
  return isIP(host) === 0 && found.endsWith(wanted.startsWith(".") ? wanted : `.${wanted}`);
}

/** Whether an IPv4 address is in a range such as `10.0.0.0/8`. */
function isInRange(host: string, range: string): boolean {
  const [base = "", bits = ""] = range.split("/");
  if (isIP(host) !== 4 || isIP(base) !== 4 || !/^\d+$/.test(bits)) return false;
  const size = 2 ** (32 - Math.min(32, Number(bits)));
  return Math.floor(toNumber(host) / size) === Math.floor(toNumber(base) / size);
}

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
