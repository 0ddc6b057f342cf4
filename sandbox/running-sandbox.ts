import { existsSync } from "node:fs";
import { identify } from "../command-line/processes/process-table";
import type { Progress } from "../command-line/progress";
import type { SandboxPaths } from "./paths";
import { type Control, listenForCommands } from "./runtime/control";
import type { Layout } from "./runtime/layout";
import { type ServiceRecord, writeRecord } from "./runtime/record";
import { Supervisor } from "./runtime/supervisor";

/**
 * A running sandbox. Its processes end when the process that started it ends, for whatever reason.
 */
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

/** What is known about a sandbox before its services run. */
export interface SandboxSetup {
  readonly name: string;
  readonly paths: SandboxPaths;
  readonly layout: Layout;
  readonly kubeconfig: string;
  readonly toolFolders: readonly string[];
  /** The variables that the engine needs besides PATH. */
  readonly engineEnv: Readonly<Record<string, string>>;
  readonly env: NodeJS.ProcessEnv;
  /** The plugins of the last start. */
  readonly plugins: Readonly<Record<string, string>>;
}

/** Runs the services of a sandbox, and records each change for other commands. */
export class RunningSandbox implements Sandbox {
  readonly #setup: SandboxSetup;
  readonly #supervisor: Supervisor;
  #plugins: Readonly<Record<string, string>>;
  #control: Control | undefined;

  constructor(setup: SandboxSetup, progress: Progress) {
    this.#setup = setup;
    this.#plugins = setup.plugins;
    this.#supervisor = new Supervisor(setup.paths.logs, {
      onChange: () => this.#save(),
      onLoss: (service, problem) =>
        progress.say(
          `${problem}. To start it again, run: npm run sandbox -- start ${service} --name ${setup.name}`,
        ),
    });
  }

  get name(): string {
    return this.#setup.name;
  }

  get env(): NodeJS.ProcessEnv {
    return this.#setup.env;
  }

  get addresses(): Layout["addresses"] {
    return this.#setup.layout.addresses;
  }

  get kubeconfig(): string {
    return this.#setup.kubeconfig;
  }

  get plugins(): Readonly<Record<string, string>> {
    return this.#plugins;
  }

  services(): ServiceRecord[] {
    return [
      ...this.#setup.layout.external.map((service) => ({ ...service, external: true })),
      ...this.#supervisor.list().map(({ definition, process }) => ({
        name: definition.name,
        address: definition.address,
        process,
      })),
    ];
  }

  /** Starts all services, one after the other. */
  async startServices(onStart: (service: string) => void, signal?: AbortSignal): Promise<void> {
    for (const service of this.#setup.layout.services) {
      onStart(service.name);
      await this.#supervisor.start(service, signal);
    }
  }

  /** Records the plugins, and lets other commands start and stop services. */
  async open(plugins: Readonly<Record<string, string>>): Promise<void> {
    this.#plugins = plugins;
    this.#control = await listenForCommands({
      start: (service) => this.#supervisor.startAgain(service),
      stop: (service) => this.#supervisor.stop(service),
    });
    this.#save();
  }

  kill(service: string): Promise<void> {
    return this.#supervisor.kill(service);
  }

  async restart(service: string): Promise<void> {
    await this.#supervisor.stop(service);
    await this.#supervisor.startAgain(service);
  }

  async stop(): Promise<void> {
    this.#control?.close();
    await this.#supervisor.stopAll();
    this.#save(false);
  }

  #save(running = true): void {
    const { name, paths, layout, toolFolders, engineEnv } = this.#setup;
    // the sandbox was deleted while it ran, but its processes must still be stopped
    if (!existsSync(paths.folder)) return;
    const control = running ? this.#control : undefined;
    writeRecord(paths.record, {
      name,
      supervisor: running ? identify(process.pid) : undefined,
      control: control && { port: control.port, token: control.token },
      services: this.services(),
      ports: layout.ports,
      plugins: this.#plugins,
      toolFolders: [...toolFolders],
      env: engineEnv,
    });
  }
}
