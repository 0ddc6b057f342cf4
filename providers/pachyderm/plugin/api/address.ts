/** The address of Pachyderm's HTTP API. */
export interface Address {
  readonly tls: boolean;
  readonly host: string;
  readonly port: number;
}

const SCHEMES: Readonly<Record<string, { tls: boolean; port: number }>> = {
  "http:": { tls: false, port: 80 },
  "https:": { tls: true, port: 443 },
  // pachctl's spelling: Pachyderm's proxy serves gRPC and HTTP on the same port
  "grpc:": { tls: false, port: 80 },
  "grpcs:": { tls: true, port: 443 },
};

/**
 * Parses an address as pachctl writes them: `http://`, `https://`, `grpc://`, `grpcs://` with host
 * and port, or `host:port`, which means no TLS. Throws an error that says what is wrong.
 */
export function parseAddress(text: string): Address {
  const full = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  const scheme = SCHEMES[full.slice(0, full.indexOf("//")).toLowerCase()];
  // URL parses only known schemes alike, so the rest is parsed as http
  const asHttp = full.replace(/^[a-z]+:/i, "http:");
  const url = URL.canParse(asHttp) ? new URL(asHttp) : undefined;
  if (scheme === undefined || url === undefined) {
    throw new Error(
      `"${shown(text)}" is not a valid address: use http://, https://, grpc:// or grpcs:// with a ` +
        "host and port, or host:port",
    );
  }
  if (url.pathname !== "/" || url.search !== "" || url.username !== "") {
    throw new Error(`"${shown(text)}" must have only a scheme, host and port: remove the rest`);
  }
  return {
    tls: scheme.tls,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    // URL drops the default port of http
    port: url.port === "" ? (/:80\/?$/.test(text) ? 80 : scheme.port) : Number(url.port),
  };
}

const LONGEST_SHOWN = 100;

/**
 * The address for a message: truncated, and without the part before an `@`, which may contain a
 * password.
 */
function shown(text: string): string {
  const at = text.lastIndexOf("@");
  const plain = at === -1 ? text : `…${text.slice(at)}`;
  return plain.length > LONGEST_SHOWN ? `${plain.slice(0, LONGEST_SHOWN)}…` : plain;
}

/** Formats an address for messages. */
export function formatAddress({ tls, host, port }: Address): string {
  return `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
