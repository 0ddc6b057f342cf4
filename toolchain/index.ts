import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "../command-line/processes/lock";
import { CommandError } from "../command-line/processes/run";
import { Progress } from "../command-line/progress";
import { defaultCacheFolder, fillFolder } from "./cache";
import { DownloadError, type DownloadOptions } from "./download";
import { buildWithGo } from "./go-build";
import { downloadOfficial } from "./official";
import { findOnPath, holdsAll } from "./search-path";
import { officialSources, type Sources } from "./sources";
import {
  cacheName,
  type HostPlatform,
  hostPlatform,
  howToSupply,
  type Tool,
  type ToolName,
  tools,
} from "./tools";

export interface ToolchainOptions {
  /** The environment whose PATH is searched and that `go` runs in. Default: this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cacheFolder?: string;
  readonly sources?: Sources;
  readonly platform?: HostPlatform;
  readonly timeouts?: Pick<DownloadOptions, "connectTimeout" | "idleTimeout">;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** The folder with each tool's executables. */
export type Toolchain = Readonly<Record<ToolName, string>>;

/**
 * Gets all tools of the sandbox: from PATH, from the cache, as an official download, or built with
 * Go, in this order. Only the last two take long, and only once per version and machine.
 */
export async function obtainToolchain(options: ToolchainOptions = {}): Promise<Toolchain> {
  const names = Object.keys(tools) as ToolName[];
  const folders: Partial<Record<ToolName, string>> = {};
  for (const [index, name] of names.entries()) {
    folders[name] = await obtainTool(tools[name], options, `tool ${index + 1} of ${names.length}`);
  }
  return folders as Toolchain;
}

/** Gets one tool and returns the folder with its executables. */
export async function obtainTool(
  tool: Tool,
  options: ToolchainOptions = {},
  position = "tool",
): Promise<string> {
  const { env = process.env, signal, platform = hostPlatform() } = options;
  const progress = options.progress ?? new Progress();
  const onPath = await findOnPath(tool, env.PATH ?? "", signal);
  if ("folder" in onPath) return onPath.folder;

  const cache = options.cacheFolder ?? defaultCacheFolder(env);
  const folder = join(cache, cacheName(tool, platform));
  if (holdsAll(tool, folder)) return folder;

  return withLock(
    `${folder}.lock`,
    async () => {
      if (!holdsAll(tool, folder)) {
        const reasons = [`PATH: ${onPath.reason}`];
        await fillFolder(folder, (partial) =>
          make(tool, partial, reasons, { ...options, env, platform, progress }, position),
        );
      }
      return folder;
    },
    {
      signal,
      onWait: ({ pid }) =>
        progress.say(`${tool.name}: waiting for process ${pid}, which is installing it`),
    },
  );
}

type MakeOptions = ToolchainOptions &
  Required<Pick<ToolchainOptions, "env" | "platform" | "progress">>;

/** The exit code of a shell that does not find a command. */
const COMMAND_NOT_FOUND = 127;

/** Downloads the tool or builds it; the final error says why each attempt failed. */
async function make(
  tool: Tool,
  folder: string,
  reasons: string[],
  options: MakeOptions,
  position: string,
): Promise<void> {
  const { env, platform, progress, signal, sources = officialSources } = options;
  const files = tool.official(platform, sources);
  if (files.length === 0) {
    reasons.push(`official download: not available for ${platform.os}`);
  } else {
    try {
      await progress.during(`${position}: downloading ${tool.name} ${tool.version}`, (onDetail) =>
        downloadOfficial(tool, files, folder, { ...options.timeouts, signal, onDetail }),
      );
      return;
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      reasons.push(`official download: ${error.message}`);
      await empty(folder);
    }
  }
  try {
    await progress.during(
      `${position}: building ${tool.name} ${tool.version} with Go`,
      (onDetail) => buildWithGo(tool, folder, { env, signal, onDetail }),
    );
    await removeAllBut(tool.executables, folder);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const notFound = error.result?.code === COMMAND_NOT_FOUND;
    reasons.push(`build with Go: ${notFound ? "Go is not installed" : error.message}`);
    throw new ToolUnavailableError(tool, reasons);
  }
}

/** A tool that is not available from any source. */
export class ToolUnavailableError extends Error {
  constructor(tool: Tool, reasons: readonly string[]) {
    super(
      `cannot get ${tool.name} ${tool.version} (tried ${reasons.join("; ")}). ` +
        `${howToSupply(tool)}, or install Go 1.25 or newer, and run this again`,
    );
    this.name = "ToolUnavailableError";
  }
}

const empty = (folder: string) => removeAllBut([], folder);

async function removeAllBut(kept: readonly string[], folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!kept.includes(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
