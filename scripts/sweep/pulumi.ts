/** Reads and changes the backend with the Pulumi CLI. */
import { parse as parsePath } from "node:path";
import type { RunResult } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { ConcurrencyLimit } from "../../providers/kit/concurrency-limit";
import { parseDecrypted } from "../decrypted-config";
import { pulumiError, runPulumi, tryPulumi } from "../pulumi";
import { lockInStack, minutesSince, outlivesJobs } from "../stack-update/lock";
import { updateStack } from "../stack-update/update-stack";
import { environmentOf } from "./environment";
import { type Locks, lockReader } from "./locks";
import { readStackRecord } from "./stack-record";
import {
  adviceOnUpdate,
  formatStack,
  type ListedStack,
  type LiveStack,
  readStackList,
  type StackName,
} from "./stacks";

const MAX_EXPORTS = 4;

interface CallOptions {
  readonly cwd?: string;
  readonly onOutput?: (text: string) => void;
}

/** The Pulumi CLI with a backend. */
export class Pulumi {
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #limit = new ConcurrencyLimit(MAX_EXPORTS);
  /** Undefined if the backend's list of stacks shows which are locked. */
  readonly #readLocks: (() => Promise<Locks>) | undefined;

  constructor(backend: string, environment: NodeJS.ProcessEnv, folder = repository) {
    this.folder = folder;
    this.#environment = { ...environment, PULUMI_BACKEND_URL: backend };
    this.#readLocks = lockReader(backend, environment);
  }

  /** The stacks of all projects, and which of them are being updated. */
  async listStacks(): Promise<ListedStack[]> {
    // in a project's folder, the names of its own stacks are abbreviated
    const cwd = parsePath(this.folder).root;
    const { stdout } = await this.#call(["stack", "ls", "--all", "--json"], { cwd });
    const locks = (await this.#readLocks?.()) ?? new Map<string, Date>();
    return await Promise.all(
      readStackList(stdout).map(async (stack) => {
        const since = locks.get(formatStack(stack));
        if (!stack.updateInProgress && since === undefined) return stack;
        return { ...stack, updateInProgress: !(await this.#isAbandoned(stack, since)) };
      }),
    );
  }

  /** Whether an update of an environment was killed: see `destroyStack`. */
  async #isAbandoned(stack: StackName, since: Date | undefined): Promise<boolean> {
    if ((await environmentOf(stack, this)) === undefined) return false;
    const minutes =
      since === undefined
        ? await this.#minutesInCloud(formatStack(stack))
        : minutesSince(since, new Date());
    return outlivesJobs({ minutes });
  }

  async #minutesInCloud(stack: string): Promise<number> {
    const { stdout } = await this.#call(["stack", "--stack", stack]);
    return lockInStack(stdout)[0]?.minutes ?? 0;
  }

  /** Reads a stack's state. */
  async readStack({ organization, project, stack: name }: StackName): Promise<LiveStack> {
    const stack = formatStack({ organization, project, stack: name });
    const { stdout } = await this.#limit.run(undefined, () =>
      this.#call(["stack", "export", "--stack", stack]),
    );
    return { organization, project, stack: name, ...readStackRecord(stdout, stack) };
  }

  /** The configuration of a stack, decrypted, with every value as text. */
  async readConfiguration(stack: string): Promise<Readonly<Record<string, string>>> {
    const { stdout } = await this.#call(["config", "--json", "--show-secrets", "--stack", stack]);
    return parseDecrypted(stdout).config;
  }

  /** The tags of a stack, by name. */
  async readTags(stack: string): Promise<Readonly<Record<string, string>>> {
    const { stdout } = await this.#limit.run(undefined, () =>
      this.#call(["stack", "tag", "ls", "--json", "--stack", stack]),
    );
    return JSON.parse(stdout);
  }

  /**
   * Destroys a stack, including resources that a killed update may have created, and passes on the
   * CLI's output. Breaks the lock of that update if the stack is an environment of a pull request,
   * by the rule of `npm run preview-env --unlock`.
   */
  async destroyStack(stack: StackName, onOutput: (text: string) => void): Promise<void> {
    const name = formatStack(stack);
    const command = ["destroy", "--suppress-progress", "--color", "never"];
    const unlock = (await environmentOf(stack, this)) !== undefined;
    const call = (args: readonly string[], shown = {}) =>
      tryPulumi(args, { cwd: this.folder, env: this.#environment, ...shown });
    const result = await updateStack({ unlock }, name, command, {
      call,
      change: (args) => call(args, { onOutput }),
      report: onOutput,
      advice: () => adviceOnUpdate(name),
    });
    if (result.code !== 0) throw pulumiError(["destroy"], result);
  }

  /** Removes a stack without resources, and its history; `keepFile` keeps its stack file. */
  async removeStack(
    stack: string,
    { keepFile }: { readonly keepFile: boolean },
    onOutput: (text: string) => void,
  ): Promise<void> {
    const options = ["--yes", "--color", "never", ...(keepFile ? ["--preserve-config"] : [])];
    await this.#call(["stack", "rm", "--stack", stack, ...options], { onOutput });
  }

  #call(
    args: readonly string[],
    { cwd = this.folder, onOutput }: CallOptions = {},
  ): Promise<RunResult> {
    return runPulumi(args, {
      cwd,
      env: this.#environment,
      ...(onOutput && { onOutput }),
    });
  }
}
