import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { KubernetesApi } from "./cluster/api";
import { engineEnvironment, fullEnvironment } from "./engine/environment";
import { installPlugins } from "./engine/plugins";
import { namespaceOf, preparePassphrase, prepareStack } from "./engine/stack";
import { defaultName, repository, type SandboxPaths, sandboxPaths } from "./paths";
import { type Control, listenForOrders } from "./runtime/control";
import { type Layout, layOut, type PachydermDelays } from "./runtime/layout";
import { withLock } from "./runtime/lock";
import { identify } from "./runtime/process-table";
import { Progress } from "./runtime/progress";
import {
  readRecord,
  type SandboxRecord,
  type ServiceRecord,
  supervisorRuns,
  terminateServices,
  writeRecord,
} from "./runtime/record";
import { Supervisor } from "./runtime/supervisor";
import { installSeldon } from "./stand-ins/seldon/install";
import { obtainToolchain } from "./toolchain";
import { defaultCacheFolder } from "./toolchain/cache";

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

/** A running sandbox. Its processes end with the process that started it, however that one ends. */
export interface Sandbox {
  readonly name: string;
  /** The environment in which `pulumi` uses this sandbox. */
  readonly env: NodeJS.ProcessEnv;
  readonly addresses: Layout["addresses"];
  readonly kubeconfig: string;
  /** The origin of each provider's plugin. */
  readonly plugins: Readonly<Record<string, string>>;
  /** All services with their addresses and processes. */
  services(): ServiceRecord[];
  /** Kills a service at once, as in a crash; its data is kept. */
  kill(service: string): Promise<void>;
  /** Stops a service if it is running, and starts it on the same port and data. */
  restart(service: string): Promise<void>;
  /** Stops everything. State, data and ports are kept for the next start. */
  stop(): Promise<void>;
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
  const { name, progress, signal } = options;
  const earlier = await takeOver(name, paths);
  const toolchain = await obtainToolchain({ progress, signal });
  const toolFolders = [...new Set(Object.values(toolchain))];
  for (const folder of [paths.folder, paths.pulumiHome]) mkdirSync(folder, { recursive: true });
  preparePassphrase(paths);
  const { pachyderm, kubeconfig, delays, namespace = namespaceOf(paths) } = options;
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
  const env = fullEnvironment(process.env, engineEnv, toolFolders);

  let control: Control | undefined;
  let plugins: Record<string, string> = earlier?.plugins ?? {};
  const services = () => describeServices(layout, supervisor);
  const save = (running = true) =>
    writeRecord(paths.record, {
      name,
      supervisor: running ? identify(process.pid) : undefined,
      control: running && control ? { port: control.port, token: control.token } : undefined,
      services: services(),
      ports: layout.ports,
      plugins,
      toolFolders,
      env: engineEnv,
    });
  const supervisor = new Supervisor(paths.logs, {
    onChange: () => save(),
    onLoss: (service, problem) =>
      progress.say(
        `${problem}. To start it again, run: npm run sandbox -- start ${service} --name ${name}`,
      ),
  });
  const stop = async () => {
    control?.close();
    await supervisor.stopAll();
    save(false);
  };

  try {
    await progress.during(`starting sandbox "${name}"`, async (update) => {
      for (const service of layout.services) {
        update(service.name);
        await supervisor.start(service, signal);
      }
      // a real cluster is used as it is
      if (kubeconfig === undefined) {
        update("Seldon's definitions");
        await installSeldon(KubernetesApi.fromKubeconfig(addresses.kubeconfig));
      }
    });
    plugins = await prepareEngine(options, paths, layout, env, plugins);
    control = await listenForOrders({
      start: (service) => supervisor.startAgain(service),
      stop: (service) => supervisor.stop(service),
    });
    save();
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    name,
    env,
    addresses: layout.addresses,
    kubeconfig: addresses.kubeconfig,
    plugins,
    services,
    kill: (service) => supervisor.kill(service),
    restart: async (service) => {
      await supervisor.stop(service);
      await supervisor.startAgain(service);
    },
    stop,
  };
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

function describeServices({ external }: Layout, supervisor: Supervisor): ServiceRecord[] {
  return [
    ...external.map((service) => ({ ...service, external: true })),
    ...supervisor.list().map(({ definition, process }) => ({
      name: definition.name,
      address: definition.address,
      process,
    })),
  ];
}

/** Installs the plugins and creates the stack. Returns the origin of each provider's plugin. */
async function prepareEngine(
  { name, project, progress, signal }: StartOptions,
  paths: SandboxPaths,
  { connections }: Layout,
  env: NodeJS.ProcessEnv,
  earlier: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const officialHomes = {
    user: process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"),
    shared: join(dirname(defaultCacheFolder()), "pulumi"),
  };
  const folders = { home: paths.pulumiHome, buildFolder: paths.plugins, officialHomes };
  return progress.during("preparing the engine", async (update) => {
    update("plugins");
    const plugins = await installPlugins({ project, ...folders, earlier, env, signal });
    update("stack");
    await prepareStack({ project, name, paths, connections, env, signal });
    return plugins;
  });
}
