import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder where tools are kept between runs: `pachyderm-seldon/tools` in the user's cache
 * directory ($XDG_CACHE_HOME or ~/.cache; ~/Library/Caches on macOS). It is safe to delete.
 */
export function defaultCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const fallback =
    process.platform === "darwin"
      ? join(homedir(), "Library", "Caches")
      : join(homedir(), ".cache");
  return join(env.XDG_CACHE_HOME || fallback, "pachyderm-seldon", "tools");
}

/**
 * Fills a folder atomically: `work` gets an empty folder beside it, which replaces the folder when
 * `work` is done and is removed when it fails. Leftovers of an earlier run are removed first; the
 * caller holds a lock.
 */
export async function fillFolder(
  folder: string,
  work: (partial: string) => Promise<void>,
): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    await work(partial);
    if (existsSync(folder)) await rm(folder, { recursive: true });
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
