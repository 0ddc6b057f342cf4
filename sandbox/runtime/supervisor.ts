import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAddress } from "../../providers/pachyderm/rules";
import { endGuarded, hasExited, killGuarded, spawnGuarded } from "./guard";
import type { PartDefinition } from "./parts";
import { answers } from "./ports";
import { identify, type ProcessIdentity } from "./process-table";
import { lastLines } from "./run";

/** Milliseconds that a part may take until it is ready. */
const startLimit = 60_000;

export interface SupervisorEvents {
  /** A process was started or has ended. */
  readonly onChange: () => void;
  /** A part ended without being told to. */
  readonly onLoss: (part: string, problem: string) => void;
}

interface Part {
  readonly definition: PartDefinition;
  child?: ChildProcess;
  identity?: ProcessIdentity;
  /** Whether its end would be a loss: it was ready and hasn't been told to end. */
  inService: boolean;
}

/** Starts, watches and ends the parts of one sandbox. Their output goes to one log file each. */
export class Supervisor {
  private readonly parts = new Map<string, Part>();

  constructor(
    private readonly logFolder: string,
    private readonly events: SupervisorEvents,
  ) {
    rmSync(logFolder, { recursive: true, force: true });
    mkdirSync(logFolder, { recursive: true });
  }

  /** Starts a part and resolves when it is ready. */
  async start(definition: PartDefinition, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const part: Part = { definition, inService: false };
    this.parts.set(definition.name, part);
    this.spawn(part);
    await this.untilReady(part, signal);
  }

  /** Starts a part again that has ended, with the same arguments. */
  async startAgain(name: string): Promise<void> {
    const part = this.part(name);
    if (this.runs(part)) throw new Error(`${name} is running already`);
    this.spawn(part);
    await this.untilReady(part);
  }

  /** Ends one part in good order: SIGTERM, and SIGKILL five seconds later. */
  async stop(name: string): Promise<void> {
    const part = this.part(name);
    part.inService = false;
    if (part.child !== undefined) await endGuarded(part.child);
  }

  /** Kills one part at once (SIGKILL), as a crash would. */
  async kill(name: string): Promise<void> {
    const part = this.part(name);
    part.inService = false;
    if (part.child !== undefined) await killGuarded(part.child);
  }

  /** Ends all parts, the last one started first: clients before the servers that they call. */
  async stopAll(): Promise<void> {
    for (const name of [...this.parts.keys()].reverse()) await this.stop(name);
  }

  /** Every part with its process, if it is running. */
  list(): { definition: PartDefinition; process?: ProcessIdentity }[] {
    return [...this.parts.values()].map((part) => ({
      definition: part.definition,
      process: this.runs(part) ? part.identity : undefined,
    }));
  }

  private part(name: string): Part {
    const part = this.parts.get(name);
    if (part !== undefined) return part;
    const known = [...this.parts.keys()].join(", ");
    throw new Error(`this sandbox has no part "${name}"; it has ${known}`);
  }

  private runs(part: Part): boolean {
    return part.child !== undefined && !hasExited(part.child);
  }

  private spawn(part: Part): void {
    const { name, command, arguments: args, env } = part.definition;
    const log = openSync(this.logFile(name), "a");
    const child = spawnGuarded(command, args, { output: log, env });
    closeSync(log);
    part.child = child;
    part.identity = child.pid === undefined ? undefined : identify(child.pid);
    child.once("exit", (code, signal) => {
      this.events.onChange();
      if (part.inService) this.events.onLoss(name, this.describeEnd(name, code, signal));
    });
    this.events.onChange();
  }

  private async untilReady(part: Part, signal?: AbortSignal): Promise<void> {
    const { name, address, isReady } = part.definition;
    const ready =
      isReady ??
      (async () => {
        if (address === undefined) return true;
        const { host, port } = parseAddress(address);
        return answers(host, port);
      });
    const deadline = Date.now() + startLimit;
    while (!(await ready())) {
      const { child } = part;
      if (child !== undefined && hasExited(child)) {
        throw new Error(this.describeEnd(name, child.exitCode, child.signalCode));
      }
      if (Date.now() > deadline) {
        throw new Error(
          `${name} is not ready after ${startLimit / 1000} s; see ${this.logFile(name)}`,
        );
      }
      await sleep(100, undefined, { signal });
    }
    part.inService = true;
  }

  private describeEnd(name: string, code: number | null, signal: string | null): string {
    const log = `(log: ${this.logFile(name)})`;
    if (signal !== null) return `${name} was ended by ${signal} ${log}`;
    const said = lastLines(readFileSync(this.logFile(name), "utf8"), 2);
    return `${name} has ended with exit code ${code}${said === "" ? "" : `: ${said}`} ${log}`;
  }

  private logFile(name: string): string {
    return join(this.logFolder, `${name}.log`);
  }
}
