/** The backend, read and changed with the Pulumi CLI. */
import { parse as parsePath } from "node:path";
import { ConcurrencyLimit } from "../../providers/kit/concurrency-limit";
import { repository } from "../../sandbox/paths";
import type { RunResult } from "../../sandbox/runtime/run";
import { parseDecrypted } from "../decrypted-config";
import { runPulumi } from "../pulumi";
import { readStackRecord } from "./stack-record";
import {
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

  constructor(backend: string, environment: NodeJS.ProcessEnv, folder = repository) {
    this.folder = folder;
    this.#environment = { ...environment, PULUMI_BACKEND_URL: backend };
  }

  /** The stacks of all projects. */
  async listStacks(): Promise<ListedStack[]> {
    // in a project's folder the names of its own stacks are cut
    const cwd = parsePath(this.folder).root;
    const { stdout } = await this.#call(["stack", "ls", "--all", "--json"], { cwd });
    return readStackList(stdout);
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
    const { stdout } = await this.#call(["stack", "tag", "ls", "--json", "--stack", stack]);
    return JSON.parse(stdout);
  }

  /** Destroys a stack; passes on what the CLI says. */
  async destroyStack(stack: string, onOutput: (text: string) => void): Promise<void> {
    const options = ["--skip-preview", "--suppress-progress", "--yes", "--color", "never"];
    await this.#call(["destroy", "--stack", stack, ...options], { onOutput });
  }

  /** Removes a stack without resources, with its history; `keepFile` leaves its stack file. */
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
