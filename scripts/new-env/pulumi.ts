import type { RunResult } from "../../command-line/processes/run";
import { type ConfigPath, formatPath } from "../../config/messages";
import { stackInit } from "../init-command";
import { PULUMI_MISSING, runPulumi } from "../pulumi";

/** A stack of this project in the backend. */
export interface ListedStack {
  readonly name: string;
  /** Absent before the first update in some backends. */
  readonly resourceCount?: number;
}

export interface PulumiOptions {
  /** The project's folder. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** The commands that create a stack. */
export interface StackCommands {
  /** The same commands with other options. */
  with(options: Partial<PulumiOptions>): StackCommands;
  /** The stacks of this project. */
  stacks(): Promise<ListedStack[]>;
  createStack(stack: string, secretsProvider: string | undefined): Promise<void>;
  /** Removes a stack without resources, and its file. */
  removeStack(stack: string): Promise<void>;
  setSecret(stack: string, path: ConfigPath, value: string): Promise<void>;
}

/** The Pulumi CLI. If a command fails, its error output becomes the error's message. */
export class Pulumi implements StackCommands {
  readonly #options: PulumiOptions;

  constructor(options: PulumiOptions) {
    this.#options = options;
  }

  with(options: Partial<PulumiOptions>): Pulumi {
    return new Pulumi({ ...this.#options, ...options });
  }

  /** The address of the backend that stores the state. */
  async backend(): Promise<string> {
    const { stdout } = await this.#run(["whoami", "--json"]).catch((error: Error) => {
      if (error.message === PULUMI_MISSING) throw error;
      throw new Error(
        `pulumi is not logged in to a backend for the state: run \`pulumi login gs://BUCKET\` (${error.message})`,
      );
    });
    return (JSON.parse(stdout) as { url: string }).url;
  }

  async stacks(): Promise<ListedStack[]> {
    return JSON.parse((await this.#run(["stack", "ls", "--json"])).stdout) as ListedStack[];
  }

  async createStack(stack: string, secretsProvider: string | undefined): Promise<void> {
    await this.#run([...stackInit(stack, secretsProvider), "--no-select"]);
  }

  async selectStack(stack: string): Promise<void> {
    await this.#run(["stack", "select", stack]);
  }

  async removeStack(stack: string): Promise<void> {
    await this.#run(["stack", "rm", stack, "--yes"]);
  }

  /** Passes the value on standard input, because command lines are visible to every user. */
  async setSecret(stack: string, path: ConfigPath, value: string): Promise<void> {
    const key = ["--secret", "--path", formatPath(path)];
    await this.#run(["config", "set", "--stack", stack, ...key], value);
  }

  #run(args: readonly string[], input?: string): Promise<RunResult> {
    const { signal, ...options } = this.#options;
    return runPulumi([...args, "--color", "never"], {
      ...options,
      ...(signal && { signal }),
      ...(input !== undefined && { input }),
    });
  }
}
