import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  endGuarded,
  hasExited,
  killGuarded,
  spawnGuarded,
} from "../../command-line/processes/guard";
import { identify, type ProcessIdentity } from "../../command-line/processes/process-table";
import { lastLines } from "../../command-line/processes/run";
import { readIfThere } from "../../command-line/read-if-there";
import { parseAddress } from "../../providers/pachyderm/rules";
import { answers } from "./ports";
import type { ServiceDefinition } from "./service";

/** The time limit, in milliseconds, for a service to become ready. */
const startLimit = 60_000;

export interface SupervisorEvents {
  /** A process was started or has ended. */
  readonly onChange: () => void;
  /** A service ended unexpectedly. */
  readonly onLoss: (service: string, problem: string) => void;
}

interface Service {
  readonly definition: ServiceDefinition;
  child?: ChildProcess;
  identity?: ProcessIdentity;
  /** How much of its log earlier processes have printed. */
  printed: number;
  /** Whether its end would be unexpected: it has been ready and has not been stopped. */
  wasReady: boolean;
}

/**
 * Starts, watches and stops the services of one sandbox. Each writes its output to its own log
 * file.
 */
export class Supervisor {
  readonly #services = new Map<string, Service>();

  readonly #logFolder: string;
  readonly #events: SupervisorEvents;

  constructor(logFolder: string, events: SupervisorEvents) {
    this.#logFolder = logFolder;
    this.#events = events;

    rmSync(logFolder, { recursive: true, force: true });
    mkdirSync(logFolder, { recursive: true });
  }

  /** Starts a service and resolves when it is ready. */
  async start(definition: ServiceDefinition, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const service: Service = { definition, printed: 0, wasReady: false };
    this.#services.set(definition.name, service);
    await this.#spawn(service);
    await this.#untilReady(service, signal);
  }

  /** Restarts a service that has ended, with the same arguments. */
  async startAgain(name: string): Promise<void> {
    const service = this.#service(name);
    await this.#spawn(service);
    await this.#untilReady(service);
  }

  /** Stops one service gracefully: SIGTERM, and SIGKILL five seconds later. */
  async stop(name: string): Promise<void> {
    const service = this.#service(name);
    service.wasReady = false;
    if (service.child !== undefined) await endGuarded(service.child);
  }

  /** Kills one service at once (SIGKILL), as in a crash. */
  async kill(name: string): Promise<void> {
    const service = this.#service(name);
    service.wasReady = false;
    if (service.child !== undefined) await killGuarded(service.child);
  }

  /** Stops all services, the last one started first: clients before the servers that they call. */
  async stopAll(): Promise<void> {
    for (const name of [...this.#services.keys()].reverse()) await this.stop(name);
  }

  /** Every service with its process, if it is running. */
  list(): { definition: ServiceDefinition; process?: ProcessIdentity }[] {
    return [...this.#services.values()].map((service) => ({
      definition: service.definition,
      process: this.#runs(service) ? service.identity : undefined,
    }));
  }

  #service(name: string): Service {
    const service = this.#services.get(name);
    if (service !== undefined) return service;
    const known = [...this.#services.keys()].join(", ");
    throw new Error(`this sandbox does not have a service "${name}": expected one of ${known}`);
  }

  #runs(service: Service): boolean {
    return service.child !== undefined && !hasExited(service.child);
  }

  async #spawn(service: Service): Promise<void> {
    const { name, build, command, arguments: args, env } = service.definition;
    if (!this.#runs(service)) await build?.();
    // checked again, because another command may have started it in the meantime
    if (this.#runs(service)) throw new Error(`${name} is already running`);
    service.printed = readIfThere(this.#logFile(name))?.length ?? 0;
    const log = openSync(this.#logFile(name), "a");
    const child = spawnGuarded(command, args, { output: log, env });
    closeSync(log);
    service.child = child;
    service.identity = child.pid === undefined ? undefined : identify(child.pid);
    child.once("exit", (code, signal) => {
      this.#events.onChange();
      if (service.wasReady) this.#events.onLoss(name, this.#describeEnd(name, code, signal));
    });
    this.#events.onChange();
  }

  async #untilReady(service: Service, signal?: AbortSignal): Promise<void> {
    const { name } = service.definition;
    const ready = service.definition.isReady ?? (() => this.#isReady(service));
    const deadline = Date.now() + startLimit;
    while (!(await ready())) {
      const { child } = service;
      if (child !== undefined && hasExited(child)) {
        throw new Error(this.#describeEnd(name, child.exitCode, child.signalCode));
      }
      if (Date.now() > deadline) {
        throw new Error(
          `${name} is not ready after ${startLimit / 1000} s; see ${this.#logFile(name)}`,
        );
      }
      await sleep(100, undefined, { signal });
    }
    service.wasReady = true;
  }

  async #isReady({ definition, printed }: Service): Promise<boolean> {
    const { name, announcement, address } = definition;
    if (announcement !== undefined) {
      return readFileSync(this.#logFile(name), "utf8").slice(printed).includes(announcement);
    }
    if (address === undefined) return true;
    const { host, port } = parseAddress(address);
    return answers(host, port);
  }

  #describeEnd(name: string, code: number | null, signal: string | null): string {
    const log = `(log: ${this.#logFile(name)})`;
    if (signal !== null) return `${name} was terminated by ${signal} ${log}`;
    const said = lastLines(readIfThere(this.#logFile(name)) ?? "", 2);
    return `${name} exited with code ${code}${said === "" ? "" : `: ${said}`} ${log}`;
  }

  #logFile(name: string): string {
    return join(this.#logFolder, `${name}.log`);
  }
}
