/** Where Pachyderm's HTTP API is. */
export interface Address {
  readonly tls: boolean;
  readonly host: string;
  readonly port: number;
}

const SCHEMES: Readonly<Record<string, { tls: boolean; port: number }>> = {
  "http:": { tls: false, port: 80 },
  "https:": { tls: true, port: 443 },
  // pachctl's own spelling: its proxy serves gRPC and HTTP on the same port
  "grpc:": { tls: false, port: 80 },
  "grpcs:": { tls: true, port: 443 },
};

/**
 * Reads an address as pachctl writes them: `http://`, `https://`, `grpc://`, `grpcs://` with host
 * and port, or `host:port`, which means no TLS. Throws an error that says what is wrong.
 */
export function parseAddress(text: string): Address {
  const full = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  const scheme = SCHEMES[full.slice(0, full.indexOf("//")).toLowerCase()];
  // only known schemes are parsed alike, so the rest is read as if it were http
  const asHttp = full.replace(/^[a-z]+:/i, "http:");
  const url = URL.canParse(asHttp) ? new URL(asHttp) : undefined;
  if (scheme === undefined || url === undefined) {
    throw new Error(
      `"${text}" is no address: write http://, https://, grpc:// or grpcs:// with a host and a ` +
        "port, or host:port",
    );
  }
  if (url.pathname !== "/" || url.search !== "" || url.username !== "") {
    throw new Error(`"${text}" has more than a host and a port: leave out what is around them`);
  }
  return {
    tls: scheme.tls,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    // a port that is http's default is dropped by URL
    port: url.port === "" ? (/:80\/?$/.test(text) ? 80 : scheme.port) : Number(url.port),
  };
}

/** Writes an address for messages. */
export function formatAddress({ tls, host, port }: Address): string {
  return `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
