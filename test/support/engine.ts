import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RunResult, run } from "../../command-line/processes/run";
import { Progress } from "../../command-line/progress";
import { repository } from "../../command-line/repository";
import { NAMESPACE } from "../../config/stack-file";
import { parseAddress } from "../../providers/pachyderm/plugin/api/address";
import { Client } from "../../providers/pachyderm/plugin/api/client";
import { endSandbox } from "../../sandbox/cli/down";
import { type Inventory, takeInventory } from "../../sandbox/inventory";
import { sandboxPaths } from "../../sandbox/paths";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox";
import { buildPlugins } from "../../scripts/build";
import { attachPlugins } from "./attached-plugins";
import { editConfig } from "./edit-config";
import { callAt } from "./gcs-client";

/** One resource's step in a preview: https://www.pulumi.com/docs/iac/cli/commands/pulumi_preview/ */
export interface Step {
  readonly op: string;
  readonly urn: string;
  /** By path. */
  readonly detailedDiff?: Readonly<Record<string, object>> | null;
}

/** What a preview planned and printed. */
export interface Preview {
  readonly steps: readonly Step[];
  readonly diagnostics: readonly {
    readonly severity: string;
    readonly message: string;
    readonly urn?: string;
  }[];
  /** The names of the changing resources, with what happens to them, sorted. */
  readonly changes: readonly string[];
}

/** Reads what `pulumi preview --json` prints. */
function toPreview(json: string): Preview {
  const { steps = [], diagnostics = [] } = JSON.parse(json) as Partial<Preview>;
  return { steps, diagnostics, changes: changesOf(steps) };
}

/** Reads the engine's events: https://www.pulumi.com/docs/iac/concepts/events/ */
function readEvents(lines: string): Pick<Preview, "steps" | "diagnostics"> {
  const events = lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EngineEvent);
  return {
    steps: events
      .flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? [])
      // as `--json` has it
      .filter(({ urn }) => !/::pulumi:providers:\w+::default/.test(urn)),
    diagnostics: events
      .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
      .map((event) => ({ ...event, message: event.message.replaceAll(/<\{%.*?%\}>/g, "") })),
  };
}

/** Runs a command that writes the engine's events into a file, and reads them. */
export async function withEventLog(
  run: (file: string) => Promise<RunResult>,
): Promise<RunResult & Pick<Preview, "steps" | "diagnostics">> {
  const folder = mkdtempSync(join(tmpdir(), "events-"));
  try {
    const file = join(folder, "events.json");
    const result = await run(file);
    return { ...result, ...readEvents(readFileSync(file, "utf8")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `--event-log` is a flag for debugging. */
export function withDebugCommands(options: PulumiOptions): PulumiOptions {
  return { ...options, env: { PULUMI_DEBUG_COMMANDS: "true", ...options.env } };
}

interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: Step };
  readonly diagnosticEvent?: Preview["diagnostics"][number];
}

/** The names of the changing resources, with what happens to them, sorted. */
export function changesOf(steps: readonly Step[]): string[] {
  return (
    steps
      // what already exists is read in every preview
      .filter(({ op }) => op !== "same" && op !== "read")
      .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`)
      .sort()
  );
}

/** The real engine with the real program on a separate sandbox. */
export class Engine {
  /** The Pulumi program's folder. */
  readonly #project: string;

  private constructor(
    readonly sandbox: Sandbox,
    project: string,
    readonly stack: string,
  ) {
    this.#project = project;
  }

  /** Starts a sandbox with this name, without anything that an earlier run left. */
  static async start(name: string, project = repository): Promise<Engine> {
    const paths = sandboxPaths(project, name);
    await buildPlugins();
    await endSandbox(paths, true);
    // pipelines and jobs take long enough for tests to see intermediate states, but no longer
    const delays = { pipelineMs: 100, jobMs: 1_200 };
    const sandbox = await startSandbox({ name, project, delays, progress: new Progress() });
    return new Engine(sandbox, project, name);
  }

  /** The same engine and sandbox, for a stack of a different program. */
  on(project: string, stack: string): Engine {
    return new Engine(this.sandbox, project, stack);
  }

  /** Creates the stack, without the configuration that an earlier, failed run left. */
  async init(...args: string[]): Promise<void> {
    rmSync(this.stackFile, { force: true });
    await this.pulumi(["stack", "init", ...args]);
  }

  /**
   * A second stack of this program on the same sandbox, with the same configuration as the first
   * one.
   */
  async beside(stack: string): Promise<Engine> {
    const other = this.on(this.#project, stack);
    await other.init("--copy-config-from", this.stack);
    return other;
  }

  /** Forgets a stack that `beside` created. */
  async forget(): Promise<void> {
    await this.pulumi(["stack", "rm", "--yes", "--force"]);
  }

  /** Stops the sandbox and deletes it. */
  async stop(): Promise<void> {
    await this.sandbox.stop();
    await endSandbox(sandboxPaths(this.#project, this.sandbox.name), true);
  }

  /** The environment in which `pulumi` uses the sandbox and the plugins in this process. */
  async environment(more: NodeJS.ProcessEnv = {}): Promise<NodeJS.ProcessEnv> {
    const env = { ...this.sandbox.env, ...more };
    return { ...env, ...(await attachPlugins(this.sandbox.plugins, env)) };
  }

  /** Runs `pulumi` on the stack; a failure rejects unless it is allowed. */
  async pulumi(args: readonly string[], options: PulumiOptions = {}): Promise<RunResult> {
    return run("pulumi", [...args, "--stack", this.stack, "--non-interactive"], {
      cwd: this.#project,
      env: await this.environment(options.env),
      allowFailure: options.allowFailure ?? false,
      onOutput: options.onOutput,
      timeout: 240_000,
      // the engine prints there why an update fails
      quoteOutput: true,
    });
  }

  /** Runs a command line as a user who has selected the stack and confirms all prompts. */
  async shell(line: string): Promise<RunResult> {
    return run("sh", ["-c", line], {
      cwd: this.#project,
      env: await this.environment({
        PULUMI_STACK: this.stack,
        PULUMI_SKIP_CONFIRMATIONS: "true",
      }),
      timeout: 240_000,
      // the engine prints there why an update fails
      quoteOutput: true,
    });
  }

  up(options?: PulumiOptions): Promise<RunResult> {
    return this.pulumi(["up", "--yes", "--skip-preview", "--color", "never"], options);
  }

  refresh(): Promise<RunResult> {
    return this.pulumi(["refresh", "--yes", "--skip-preview"]);
  }

  destroy(options?: PulumiOptions): Promise<RunResult> {
    return this.pulumi(["destroy", "--yes", "--skip-preview", "--color", "never"], options);
  }

  /** Lets the engine fail, and returns everything that the user sees. */
  async failure(args: readonly string[], options: PulumiOptions = {}): Promise<string> {
    const result = await this.pulumi([...args, "--color", "never"], {
      ...options,
      allowFailure: true,
    });
    const shown = result.stdout + result.stderr;
    if (result.code === 0) throw new Error(`pulumi ${args[0]} should have failed:\n${shown}`);
    return shown;
  }

  async preview(options?: PulumiOptions): Promise<Preview> {
    return toPreview((await this.pulumi(["preview", "--json"], options)).stdout);
  }

  /** The same, together with what `pulumi preview --diff` prints, in one run. */
  async previewDiff(options: PulumiOptions = {}): Promise<Preview & { readonly shown: string }> {
    const { stdout, stderr, steps, diagnostics } = await withEventLog((events) =>
      this.pulumi(
        ["preview", "--diff", "--color", "never", "--event-log", events],
        withDebugCommands(options),
      ),
    );
    return { steps, diagnostics, changes: changesOf(steps), shown: stdout + stderr };
  }

  /** What the sandbox's systems contain. */
  inventory(): Promise<Inventory> {
    return takeInventory(this.sandbox);
  }

  /** The version of each pipeline, which every update increases. */
  async versions(): Promise<Record<string, number>> {
    const { pipelines } = await this.inventory();
    return Object.fromEntries(pipelines.map(({ name, version }) => [name, version]));
  }

  /** The stack's outputs, secrets hidden. */
  async outputs<T>(): Promise<T> {
    return JSON.parse((await this.pulumi(["stack", "output", "--json"])).stdout);
  }

  /** Changes a pipeline's image as a user of pachctl would. */
  async changeImageBehindItsBack(name: string, image: string): Promise<void> {
    const { pipelines } = await this.inventory();
    const spec = pipelines.find((pipeline) => pipeline.name === name)?.userSpec as {
      transform: { image: string };
    };
    spec.transform.image = image;
    const createPipelineRequestJson = JSON.stringify(spec);
    await this.callPachyderm("pps_v2.API/CreatePipelineV2", {
      createPipelineRequestJson,
      update: true,
    });
  }

  /** Calls the sandbox's Pachyderm, as another user would. */
  callPachyderm<T>(rpc: string, message: object): Promise<T> {
    return this.#withPachyderm((client) => client.call<T>(rpc, message));
  }

  /** The same for a call with a stream as response. */
  listPachyderm<T>(rpc: string, message: object): Promise<T[]> {
    return this.#withPachyderm((client) => client.list<T>(rpc, message));
  }

  async #withPachyderm<T>(use: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ address: parseAddress(this.sandbox.addresses.pachyderm) });
    try {
      return await use(client);
    } finally {
      client.close();
    }
  }

  /** Creates a bucket in the sandbox's service, as another user would. */
  async createBucket(name: string, project: string): Promise<void> {
    const path = `/storage/v1/b?project=${project}`;
    const { status } = await callAt(this.sandbox.addresses.gcs, "POST", path, {
      name,
      location: "EU",
    });
    if (status !== 200) throw new Error(`bucket ${name}: ${status}`);
  }

  /** Sets or removes a key of the stack's configuration. */
  async configure(path: string, value: string | undefined): Promise<void> {
    await this.configureAll({ [path]: value });
  }

  /** Sets or removes several keys. */
  async configureAll(values: Readonly<Record<string, string | undefined>>): Promise<void> {
    const keys = Object.entries(values).map(([path, value]) => [`${NAMESPACE}:${path}`, value]);
    this.writeStackFile(editConfig(this.readStackFile(), Object.fromEntries(keys)));
  }

  /** Sets keys to encrypted values. */
  async configureSecrets(values: Readonly<Record<string, string>>): Promise<void> {
    const pairs = Object.entries(values).map(([path, value]) => `${NAMESPACE}:${path}=${value}`);
    const secrets = pairs.flatMap((pair) => ["--secret", pair]);
    await this.pulumi(["config", "set-all", "--path", ...secrets]);
  }

  /** The stack file, to restore it after a change. */
  readStackFile(): string {
    return readFileSync(this.stackFile, "utf8");
  }

  writeStackFile(text: string): void {
    writeFileSync(this.stackFile, text);
  }

  /** The folder of the sandbox's backend. */
  get backend(): string {
    return fileURLToPath(String(this.sandbox.env.PULUMI_BACKEND_URL));
  }

  /** The file with the state of a stack of this project; default: of this stack. */
  stateFile(stack = this.stack): string {
    return join(this.backend, ".pulumi/stacks", NAMESPACE, `${stack}.json`);
  }

  get stackFile(): string {
    return join(this.#project, `Pulumi.${this.stack}.yaml`);
  }
}

export interface PulumiOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly allowFailure?: boolean;
  readonly onOutput?: (text: string) => void;
}
