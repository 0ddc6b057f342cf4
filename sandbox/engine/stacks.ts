import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A stack whose state is in a folder. */
export interface StoredStack {
  /** `PROJECT/STACK`, or `STACK` alone as old versions of Pulumi wrote it. */
  readonly name: string;
  /** The number of resources, as in `pulumi stack ls`; undefined if it cannot be read. */
  readonly resources: number | undefined;
}

const STATE_FILE = /^(.+)\.json(\.[a-z]+)?$/;
/** The files that Pulumi keeps beside the state. */
const BESIDE = new Set([".bak", ".attrs"]);

/**
 * The stacks in a `file://` backend, sorted by name. Does not require the engine, which may be
 * gone.
 */
export function listStacks(pulumiState: string): StoredStack[] {
  const folder = join(pulumiState, ".pulumi", "stacks");
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const [, stack, ending] = STATE_FILE.exec(entry.name) ?? [];
      if (stack === undefined || BESIDE.has(ending ?? "")) return [];
      const project = entry.parentPath.slice(folder.length + 1);
      const name = project === "" ? stack : `${project}/${stack}`;
      return [{ name, resources: countResources(join(entry.parentPath, entry.name)) }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function countResources(file: string): number | undefined {
  try {
    const content = readFileSync(file);
    const json = file.endsWith(".gz") ? gunzipSync(content) : content;
    const { checkpoint } = JSON.parse(json.toString()) as {
      checkpoint?: { latest?: { resources?: unknown[] } };
    };
    return checkpoint?.latest?.resources?.length ?? 0;
  } catch {
    return undefined; // compressed in another way or damaged: the stack still exists
  }
}
