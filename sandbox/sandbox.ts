import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { withLock } from "../command-line/processes/lock";
import { Progress } from "../command-line/progress";
import { repository } from "../command-line/repository";
import { obtainToolchain } from "../toolchain";
import { defaultCacheFolder } from "../toolchain/cache";
import { KubernetesApi } from "./cluster/api";
import { engineEnvironment, fullEnvironment } from "./engine/environment";
import { installPlugins } from "./engine/plugins";
import { namespaceOf, preparePassphrase, prepareStack } from "./engine/stack";
import { defaultName, type SandboxPaths, sandboxPaths } from "./paths";
import { RunningSandbox, type Sandbox, type SandboxSetup } from "./running-sandbox";
import { layOut, type PachydermDelays } from "./runtime/layout";
import {
  readRecord,
  type SandboxRecord,
  supervisorRuns,
  terminateServices,
} from "./runtime/record";
import { buildStandInPlugins } from "./stand-ins/pulumi-plugins/build";
import { installSeldon } from "./stand-ins/seldon/install";

export type { Sandbox } from "./running-sandbox";

export interface SandboxOptions {
  /** Default: `sandbox`. Also the name of its stack. Several sandboxes may run side by side. */
  readonly name?: string;
  /** The folder of the Pulumi program. Default: this repository. */
  readonly project?: string;
  /** The address of a real Pachyderm to use instead of the stand-in. */
  readonly pachyderm?: string;
  /**
   * The namespace of Pachyderm's workers, where it looks for Secrets. Default: the one in the
   * sandbox's stack file, initially `default`.
   */
  readonly namespace?: string;
  /** The kubeconfig of a real cluster to use instead of the sandbox's own. */
  readonly kubeconfig?: string;
  /** How long the stand-in for Pachyderm takes; default: about as long as a small cluster. */
  readonly delays?: PachydermDelays;
  readonly progress?: Progress;
  /** Interrupts the start, leaving no process behind. */
  readonly signal?: AbortSignal;
}

/** Starts a sandbox in this process. Fails if one of that name is running. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { name = defaultName, project = repository, signal } = options;
  const paths = sandboxPaths(project, name);
  const progress = options.progress ?? new Progress();
  return withLock(paths.lock, () => start({ ...options, name, project, progress }, paths), {
    signal,
    onWait: ({ pid }) => progress.say(`sandbox "${name}": waiting for process ${pid}`),
  });
}

type StartOptions = SandboxOptions &
  Required<Pick<SandboxOptions, "name" | "project" | "progress">>;

async function start(options: StartOptions, paths: SandboxPaths): Promise<Sandbox> {
  const { progress } = options;
  const earlier = await takeOver(options.name, paths);
  const setup = await setUp(options, paths, earlier);
  const sandbox = new RunningSandbox(setup, progress);
  try {
    await startServices(sandbox, options);
    await sandbox.open(await prepareEngine(setup, options));
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
  return sandbox;
}

/** Fails if the sandbox is running; stops what a killed one left behind; returns its record. */
async function takeOver(name: string, paths: SandboxPaths): Promise<SandboxRecord | undefined> {
  const earlier = readRecord(paths.record);
  if (earlier === undefined) return undefined;
  if (supervisorRuns(earlier)) {
    throw new Error(
      `sandbox "${name}" is already running (process ${earlier.supervisor?.pid}): stop it ` +
        `with \`npm run sandbox -- down --name ${name}\` or choose another --name`,
    );
  }
  await terminateServices(earlier);
  return earlier;
}

/** Obtains the tools, and determines ports, addresses and environments. */
async function setUp(
  options: StartOptions,
  paths: SandboxPaths,
  earlier: SandboxRecord | undefined,
): Promise<SandboxSetup> {
  const { name, progress, signal, pachyderm, kubeconfig, delays } = options;
  const toolchain = await obtainToolchain({ progress, signal });
  const toolFolders = [...new Set(Object.values(toolchain))];
  for (const folder of [paths.folder, paths.pulumiHome]) mkdirSync(folder, { recursive: true });
  preparePassphrase(paths);
  const { namespace = namespaceOf(paths) } = options;
  const earlierPorts = earlier?.ports ?? {};
  const layout = await layOut({
    paths,
    toolchain,
    earlierPorts,
    pachyderm,
    namespace,
    kubeconfig,
    delays,
  });
  const addresses = { ...layout.addresses, kubeconfig: layout.connections.kubernetes.kubeconfig };
  const engineEnv = engineEnvironment(paths, name, addresses);
  return {
    name,
    paths,
    layout,
    kubeconfig: addresses.kubeconfig,
    toolFolders,
    engineEnv,
    env: fullEnvironment(process.env, engineEnv, toolFolders),
    plugins: earlier?.plugins ?? {},
  };
}

async function startServices(
  sandbox: RunningSandbox,
  { name, progress, signal, kubeconfig }: StartOptions,
): Promise<void> {
  await progress.during(`starting sandbox "${name}"`, async (update) => {
    await sandbox.startServices(update, signal);
    // a real cluster is used as it is
    if (kubeconfig !== undefined) return;
    update("Seldon's definitions");
    await installSeldon(KubernetesApi.fromKubeconfig(sandbox.kubeconfig));
  });
}

/** Installs the plugins and creates the stack. Returns the origin of each provider's plugin. */
async function prepareEngine(
  { paths, layout, env, plugins: earlier }: SandboxSetup,
  { name, project, progress, signal }: StartOptions,
): Promise<Record<string, string>> {
  const { connections } = layout;
  const officialHomes = {
    user: process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"),
    shared: join(dirname(defaultCacheFolder()), "pulumi"),
  };
  const folders = { home: paths.pulumiHome, buildFolder: paths.plugins, officialHomes };
  const buildStandIns = (folder: string) => buildStandInPlugins(folder, paths.builds);
  return progress.during("preparing the engine", async (update) => {
    update("plugins");
    const plugins = await installPlugins({
      project,
      ...folders,
      buildStandIns,
      earlier,
      env,
      signal,
    });
    update("stack");
    await prepareStack({ project, name, paths, connections, env, signal });
    return plugins;
  });
}
