/**
 * Locks in the files of a backend, which `pulumi stack ls` does not show:
 * https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/backend/diy/lock.go
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { backendIdentity } from "../../program/backend";
import { accessToken } from "../google/access";
import { StorageClient } from "../google/storage";
import { formatStack } from "./stacks";

/** When stacks were locked, by their full names. */
export type Locks = ReadonlyMap<string, Date>;

interface LockFile {
  /** `ORGANIZATION/PROJECT/STACK/ID.json`. */
  readonly path: string;
  readonly created: Date;
}

const FOLDER = ".pulumi/locks/";

/**
 * A reader of the locks of a backend that is a folder or a bucket of Google Cloud Storage. Undefined for
 * others: Pulumi Cloud lists updates with the stacks, and the locks in other clouds' buckets are not read.
 */
export function lockReader(
  backend: string,
  environment: NodeJS.ProcessEnv,
): (() => Promise<Locks>) | undefined {
  const [, scheme, location = ""] = /^(file|gs):\/\/([^?]*)/.exec(backend) ?? [];
  const read =
    scheme === "file"
      ? async () => inFolder(location)
      : scheme === "gs" && bucketReader(location, environment);
  if (!read) return undefined;
  return async () => {
    try {
      return toLocks(await read());
    } catch (error) {
      throw new Error(
        `cannot read the locks of ${backendIdentity(backend)}: ${(error as Error).message}`,
      );
    }
  };
}

function bucketReader(location: string, environment: NodeJS.ProcessEnv): () => Promise<LockFile[]> {
  const [bucket = "", ...prefix] = location.split("/").filter((part) => part !== "");
  const folder = [...prefix, FOLDER].join("/");
  // the Pulumi CLI's own settings: configuration and impersonation apply to the gcp plugin only
  const { GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: _, ...variables } = environment;
  const client = new StorageClient({
    token: accessToken({}, variables),
    endpoint: emulator(variables),
    variables,
    timeoutMs: 60_000,
  });
  return async () => {
    const objects = await client.created(bucket, folder);
    return objects.map(({ name, timeCreated }) => ({
      path: name.slice(folder.length),
      created: new Date(timeCreated),
    }));
  };
}

/** The setting of Google's libraries, which the Pulumi CLI uses. */
function emulator({ STORAGE_EMULATOR_HOST: host }: NodeJS.ProcessEnv): string | undefined {
  if (!host) return undefined;
  return new URL("/storage/v1/", host.includes("://") ? host : `http://${host}`).href;
}

/**
 * @throws Error if the folder contains no backend: it is then not known whether stacks are locked
 */
function inFolder(backend: string): LockFile[] {
  const folder = join(backend, FOLDER);
  if (!readdirSync(join(backend, ".pulumi")).includes("locks")) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((path) => {
    // undefined if its update has just ended
    const found = statSync(join(folder, path), { throwIfNoEntry: false });
    return found?.isFile() ? [{ path, created: found.mtime }] : [];
  });
}

function toLocks(files: readonly LockFile[]): Locks {
  const locks = new Map<string, Date>();
  for (const { path, created } of files) {
    const [organization, project, stack, file, ...rest] = path.split("/");
    if (!organization || !project || !stack || !file?.endsWith(".json") || rest.length > 0)
      continue;
    const name = formatStack({ organization, project, stack });
    const known = locks.get(name);
    // the newest lock determines whether an update can still be running
    if (known === undefined || known < created) locks.set(name, created);
  }
  return locks;
}
