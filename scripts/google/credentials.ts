/** The credentials of the gcp plugin: https://www.pulumi.com/registry/packages/gcp/installation-configuration/ */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isPlaceholder } from "../render/stack-file";

/** The credentials are an encrypted secret of a stack that could not be decrypted. */
export class UndecryptedError extends Error {}

/** The source of a token, and where it was found. */
export type GoogleCredentials = { readonly source: string } & (
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "key"; readonly key: GoogleKey }
  | { readonly kind: "machine" }
);

/** A file with credentials: https://cloud.google.com/docs/authentication/application-default-credentials */
export interface GoogleKey {
  readonly type?: string;
  readonly client_email?: string;
  readonly private_key?: string;
  readonly token_uri?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly refresh_token?: string;
}

const KEY_VARIABLES = ["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"];

/**
 * Finds the credentials where the plugin does: configuration, environment, the file of `gcloud auth
 * application-default login`, then the machine's own service account.
 *
 * @throws Error with the problem, without the credentials
 */
export function findCredentials(
  raw: Readonly<Record<string, string>>,
  variables: NodeJS.ProcessEnv,
): GoogleCredentials {
  const token = firstOf([
    ["gcp:accessToken", raw["gcp:accessToken"]],
    ["GOOGLE_OAUTH_ACCESS_TOKEN", variables.GOOGLE_OAUTH_ACCESS_TOKEN],
  ]);
  if (token !== undefined) return { kind: "token", ...token, token: token.value.trim() };
  const key = firstOf([
    ["gcp:credentials", raw["gcp:credentials"]],
    ...KEY_VARIABLES.map((name) => [name, variables[name]] as const),
  ]);
  if (key !== undefined) return { kind: "key", source: key.source, key: readKey(key) };
  return applicationDefault(variables);
}

interface Sourced {
  readonly source: string;
  readonly value: string;
}

function firstOf(
  sources: readonly (readonly [source: string, value: string | undefined])[],
): Sourced | undefined {
  for (const [source, value] of sources) {
    if (isPlaceholder(value))
      throw new UndecryptedError(`${source} is a secret that cannot be decrypted`);
    if (value !== undefined && value !== "") return { source, value };
  }
  return undefined;
}

/** The plugin accepts the path of a file or its contents. */
function readKey({ source, value }: Sourced): GoogleKey {
  if (value.trim().startsWith("{")) return parseKey(value, source);
  return parseKey(readFile(value, source), `${source} (${value})`);
}

function applicationDefault(variables: NodeJS.ProcessEnv): GoogleCredentials {
  const named = variables.GOOGLE_APPLICATION_CREDENTIALS;
  if (named !== undefined && named !== "") {
    const source = `GOOGLE_APPLICATION_CREDENTIALS (${named})`;
    return { kind: "key", source, key: parseKey(readFile(named, source), source) };
  }
  const folder = variables.CLOUDSDK_CONFIG ?? join(homedir(), ".config", "gcloud");
  const file = join(folder, "application_default_credentials.json");
  if (!existsSync(file)) return { kind: "machine", source: "the machine's service account" };
  return { kind: "key", source: file, key: parseKey(readFile(file, file), file) };
}

function readFile(path: string, source: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new Error(`${source} is neither JSON nor the path of a readable file (${code})`);
  }
}

function parseKey(text: string, source: string): GoogleKey {
  try {
    const key: unknown = JSON.parse(text);
    if (typeof key === "object" && key !== null) return key;
  } catch {
    // the message of the parser would quote the key
  }
  throw new Error(`${source} is not valid JSON`);
}
