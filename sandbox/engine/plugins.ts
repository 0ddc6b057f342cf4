import { existsSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { run } from "../../command-line/processes/run";
import { isReachable } from "../../toolchain/download";
import { pluginSource } from "../../toolchain/sources";

/**
 * The providers whose plugins are published by Pulumi; this project's own are in the repository.
 */
const providers = ["kubernetes", "gcp"] as const;
type Provider = (typeof providers)[number];

export interface PluginOptions {
  /**
   * The folder whose node_modules contain the providers' SDKs, which determine the plugins'
   * versions.
   */
  readonly project: string;
  /** The sandbox's PULUMI_HOME. */
  readonly home: string;
  /** Where stand-ins are built. */
  readonly buildFolder: string;
  /**
   * The PULUMI_HOMEs that may contain official plugins: the user's own, and one that all sandboxes
   * share. Downloads go into the latter.
   */
  readonly officialHomes: { readonly user: string; readonly shared: string };
  /** What the last start returned. */
  readonly earlier: Readonly<Record<string, string>>;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Where the engine downloads from; only checked for reachability. */
  readonly source?: string;
  /** Builds the stand-ins, each in a folder of its provider's name in this one. */
  readonly buildStandIns: (folder: string) => Promise<unknown>;
}

/** Distinguishes a stand-in from an official plugin: the name of a file in it, and its origin. */
const standInMark = "stand-in";

/** The time limit for a plugin's download, in milliseconds. */
const downloadLimit = 300_000;

/**
 * Ensures that the engine finds a plugin for every provider: one on PATH, one that Pulumi has
 * already installed, a download, or otherwise a stand-in. Returns the origin of each provider's
 * plugin.
 */
export async function installPlugins(options: PluginOptions): Promise<Record<Provider, string>> {
  const origins = {} as Record<Provider, string>;
  const missing: Provider[] = [];
  for (const provider of providers) {
    const origin = officialOnPath(provider, options) ?? (await installOfficial(provider, options));
    if (origin === undefined) missing.push(provider);
    else origins[provider] = origin;
  }
  if (missing.length > 0) await options.buildStandIns(options.buildFolder);
  for (const provider of missing) {
    const folder = join(options.buildFolder, provider);
    await writeFile(join(folder, standInMark), "");
    await install(provider, folder, options);
    origins[provider] = `${standInMark} (the official plugin cannot be downloaded here)`;
  }
  return origins;
}

/** Whether a plugin of this origin is a stand-in. */
export function isStandIn(origin: string | undefined): boolean {
  return origin?.startsWith(standInMark) ?? false;
}

function officialOnPath(provider: Provider, { env }: PluginOptions): string | undefined {
  const program = `pulumi-resource-${provider}`;
  const folder = (env.PATH ?? "").split(delimiter).find((path) => existsSync(join(path, program)));
  return folder && `official, ${join(folder, program)}`;
}

async function installOfficial(
  provider: Provider,
  options: PluginOptions,
): Promise<string | undefined> {
  const version = sdkVersion(options.project, provider);
  const origin = `official, version ${version}`;
  if (
    options.earlier[provider] === origin &&
    holdsOfficial(pluginFolder(options.home, provider, version))
  )
    return origin;

  const { user, shared } = options.officialHomes;
  const folders = [user, shared].map((home) => pluginFolder(home, provider, version));
  if (!folders.some(holdsOfficial)) await download(provider, version, options);
  const folder = folders.find(holdsOfficial);
  if (folder === undefined) return undefined;
  await install(provider, folder, options);
  return origin;
}

/** The folder where the engine keeps a plugin. */
function pluginFolder(home: string, provider: Provider, version: string): string {
  return join(home, "plugins", `resource-${provider}-v${version}`);
}

/**
 * Whether an official plugin is installed. The engine leaves a `.partial` file beside one that is
 * being installed. Another sandbox's home (its environment may be active here) can contain
 * stand-ins.
 */
function holdsOfficial(folder: string): boolean {
  const reasons = [`${folder}.partial`, join(folder, standInMark)];
  return existsSync(folder) && !reasons.some((file) => existsSync(file));
}

/**
 * Lets the engine download a plugin for all sandboxes, if possible. The engine itself would retry
 * five times, so an unreachable server is detected first.
 */
async function download(provider: Provider, version: string, options: PluginOptions) {
  const { source = pluginSource, signal } = options;
  if (!(await isReachable(source, { signal }))) return;
  await run("pulumi", ["plugin", "install", "resource", provider, version], {
    env: { ...options.env, PULUMI_HOME: options.officialHomes.shared },
    signal,
    timeout: downloadLimit,
    allowFailure: true,
  });
}

/** Copies a plugin's folder into the sandbox's PULUMI_HOME, replacing an existing one. */
async function install(provider: Provider, folder: string, options: PluginOptions) {
  const version = sdkVersion(options.project, provider);
  await rm(pluginFolder(options.home, provider, version), { recursive: true, force: true });
  await run("pulumi", ["plugin", "install", "resource", provider, version, "--file", folder], {
    env: options.env,
    signal: options.signal,
  });
}

function sdkVersion(project: string, provider: Provider): string {
  const file = join(project, "node_modules", "@pulumi", provider, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
