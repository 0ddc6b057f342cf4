/** The backend that holds the state, found as Pulumi does. */

import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { partAt } from "../providers/kit/property-path";

const DEFAULT_BACKEND = "https://api.pulumi.com";
const FILE = "file://";

export interface BackendSources {
  readonly environment: NodeJS.ProcessEnv;
  /** The project's folder, with Pulumi.yaml. */
  readonly project: string;
  readonly home?: string;
}

/**
 * The backend's URL: from the environment, Pulumi.yaml or the last `pulumi login`, as in
 * https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/workspace/creds.go
 */
export function currentBackend({ environment, project, home = homedir() }: BackendSources): string {
  const folder = environment.PULUMI_HOME ?? join(home, ".pulumi");
  const credentials = join(environment.PULUMI_CREDENTIALS_PATH ?? folder, "credentials.json");
  const url =
    environment.PULUMI_BACKEND_URL ||
    textAt(join(project, "Pulumi.yaml"), "backend", "url") ||
    textAt(credentials, "current") ||
    environment.PULUMI_API ||
    DEFAULT_BACKEND;
  if (!url.startsWith(FILE)) return url;
  const path = url.slice(FILE.length).replace(/^~(?=\/|$)/, home);
  return `${FILE}${resolve(project, path)}`;
}

/** Whether the backend is Pulumi Cloud, which shows a stack's output `readme` as a page. */
export function isPulumiCloud(url: string): boolean {
  return /^https?:\/\//.test(url);
}

/**
 * The backend's identity, the same on every machine that uses it. A folder belongs to one machine: two
 * people's `file://~` are two backends.
 */
export function backendIdentity(url: string, machine = hostname()): string {
  if (url.startsWith(FILE)) {
    const path = url.slice(FILE.length);
    return `${FILE}${machine}${existsSync(path) ? realpathSync(path) : path}`;
  }
  return url
    .replace(/^(\w+:\/\/)[^/@]*@/, "$1") // a password is not part of it
    .replace(/\/+(?=\?|$)/, "");
}

/** A string in a YAML or JSON file; undefined if the file or the string does not exist. */
function textAt(file: string, ...path: readonly string[]): string | undefined {
  let value: unknown;
  try {
    value = parse(readFileSync(file, "utf8"));
  } catch {
    return undefined; // the engine reports a file that cannot be read
  }
  const text = partAt(value, path);
  return typeof text === "string" ? text : undefined;
}
