/** The backend, read and changed with the Pulumi CLI. */
import { parse as parsePath } from "node:path";
import { ConcurrencyLimit } from "../../providers/kit/concurrency-limit";
import { repository } from "../../sandbox/paths";
import type { RunResult } from "../../sandbox/runtime/run";
import { pulumiError, tryPulumi } from "../pulumi";
import { readStackRecord } from "./stack-record";
import { formatStack, type ListedStack, type LiveStack, readStackList } from "./stacks";

const MAX_EXPORTS = 4;

interface CallOptions {
  readonly cwd?: string;
  readonly onOutput?: (text: string) => void;
}

/** The Pulumi CLI with a backend. */
export class Pulumi {
  readonly #environment: NodeJS.ProcessEnv;

  constructor(backend: string, environment: NodeJS.ProcessEnv) {
    this.#environment = { ...environment, PULUMI_BACKEND_URL: backend };
  }

  /** The stacks of all projects. */
  async listStacks(): Promise<ListedStack[]> {
    // in a project's folder the names of its own stacks are cut
    const cwd = parsePath(repository).root;
    const { stdout } = await this.#call(["stack", "ls", "--all", "--json"], { cwd });
    return readStackList(stdout);
  }

  /**
   * Reads the states of stacks.
   *
   * @throws Error if one cannot be read, or is being updated: what belongs to it is then not known.
   */
  async readStacks(stacks: readonly ListedStack[]): Promise<LiveStack[]> {
    const busy = stacks.filter(({ updateInProgress }) => updateInProgress);
    if (busy.length > 0) {
      throw new Error(
        `an update is in progress of ${busy.map(formatStack).join(", ")}: try again later`,
      );
    }
    const limit = new ConcurrencyLimit(MAX_EXPORTS);
    const reads = stacks.map((name) =>
      limit.run(undefined, async () => {
        const stack = formatStack(name);
        const { stdout } = await this.#call(["stack", "export", "--stack", stack]);
        return { ...name, ...readStackRecord(stdout, stack) };
      }),
    );
    return await Promise.all(reads);
  }

  /** The configuration of a stack, decrypted: values by key, blocks as objects. */
  async readConfiguration(stack: string): Promise<Readonly<Record<string, unknown>>> {
    const { stdout } = await this.#call(["config", "--json", "--show-secrets", "--stack", stack]);
    const values = JSON.parse(stdout) as Record<string, { value?: string; objectValue?: unknown }>;
    return Object.fromEntries(
      Object.entries(values).map(([key, { value, objectValue }]) => [key, objectValue ?? value]),
    );
  }

  /** Destroys a stack and removes it with its history; passes on what the CLI says. */
  async destroyStack(stack: string, onOutput: (text: string) => void): Promise<void> {
    const options = ["--stack", stack, "--yes", "--color", "never"];
    await this.#call(["destroy", "--skip-preview", "--suppress-progress", ...options], {
      onOutput,
    });
    await this.#call(["stack", "rm", ...options], { onOutput });
  }

  async #call(
    args: readonly string[],
    { cwd = repository, onOutput }: CallOptions = {},
  ): Promise<RunResult> {
    const result = await tryPulumi(args, {
      cwd,
      env: this.#environment,
      ...(onOutput && { onOutput }),
    });
    if (result.code === 0) return result;
    // never standard output, which may hold secrets
    throw pulumiError(args, result.stderr, result);
  }
}
