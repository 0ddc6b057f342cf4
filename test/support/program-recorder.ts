import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** A resource as the SDK registered it with the engine. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN of the parent; empty for the stack. */
  readonly parent: string;
  /** Inputs as on the wire: a secret is an object with a signature. */
  readonly inputs: Record<string, unknown>;
  readonly dependencies: readonly string[];
  readonly provider: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** How long a delete may take, empty for the provider's default. */
  readonly deleteTimeout: string;
}

/** A resource that the program reads but does not own. */
export interface Read {
  readonly type: string;
  readonly name: string;
  readonly id: string;
}

export interface Recording {
  readonly registrations: readonly Registration[];
  readonly reads: readonly Read[];
  /** Outputs of each component, by URN, in the order of their calls of registerOutputs. */
  readonly outputs: ReadonlyArray<readonly [urn: string, outputs: Record<string, unknown>]>;
  /** The program's warnings. */
  readonly warnings: readonly string[];
  /** The program's informational messages. */
  readonly notes: readonly string[];
  /** Errors that the program threw in an Output's apply. */
  readonly rejections: readonly Error[];
}

export interface Settings {
  readonly config?: Record<string, string>;
  readonly secretKeys?: string[];
  /** Whether it is a preview. Default: false. */
  readonly preview?: boolean;
  /** The names of the resources that already exist in a preview. Default: none. */
  readonly existing?: readonly string[];
  /** The results of the providers' functions. Default: every queried object exists. */
  readonly call?: (call: pulumi.runtime.MockCallArgs) => object;
  /** Called with the name of each registered resource, even if the program fails later. */
  readonly onRegister?: (name: string) => void;
}

function nothingIsMissing({ inputs }: pulumi.runtime.MockCallArgs): object {
  return { ...inputs, bucketObjects: [{ name: `${inputs.prefix}model` }] };
}

/** Runs a program or a part of it under Pulumi's mocks, and rethrows its errors. */
export async function record(program: () => unknown, settings: Settings = {}): Promise<Recording> {
  const registrations: Registration[] = [];
  const reads: Read[] = [];
  const outputs: [string, Record<string, unknown>][] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => {
        if (id !== undefined && id !== "") {
          reads.push({ type, name, id });
          return { id, state: {} };
        }
        settings.onRegister?.(name);
        const state = { ...inputs, ...outputsOf(type, inputs) };
        // in a preview, what will be created has no id yet
        const isNew = settings.preview && !settings.existing?.includes(name);
        return { id: isNew ? undefined : `${name}-id`, state };
      },
      call: settings.call ?? nothingIsMissing,
    },
    "pachyderm-seldon",
    "test",
    settings.preview ?? false,
    "organization",
  );
  pulumi.runtime.setAllConfig(settings.config ?? {}, settings.secretKeys);
  listen(registrations, outputs);
  const [warnings, notes]: [string[], string[]] = [[], []];
  const rejections = await withShortStacks(() =>
    withMessages({ warnings, notes }, () =>
      withRejections(async () => {
        await pulumi.runtime.runInPulumiStack(async () => program());
        await pulumi.runtime.disconnect();
      }),
    ),
  );
  return { registrations, reads, outputs, warnings, notes, rejections };
}

/** What the providers return in addition to the inputs. */
function outputsOf(type: string, inputs: Record<string, { pipeline: { name: string } }>): object {
  if (type === "seldon:index:DeploymentCleanup") return { state: "Absent", ready: false };
  if (type !== "pachyderm:index:Pipeline") return {};
  const name = inputs.spec?.pipeline.name;
  const status = { project: "default", state: "PIPELINE_RUNNING", version: 1 };
  return { name, outputRepo: name, ...status };
}

/** The program in index.ts, evaluated again. */
export function wholeProgram(): unknown {
  const [path = "", ...others] = ["index.ts", "program/config.ts", "program/providers.ts"].map(
    (name) => join(__dirname, "../..", name),
  );
  for (const each of [path, ...others]) delete require.cache[each];
  const { stackTraceLimit } = Error; // the program lowers it
  try {
    return require(path);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The one registration with the name. */
export function named({ registrations }: Recording, name: string): Registration {
  const found = registrations.filter((registration) => registration.name === name);
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} named ${name}`);
  return only;
}

function listen(registrations: Registration[], outputs: [string, Record<string, unknown>][]) {
  // the mocks do not receive parents and options; the monitor behind them does
  // biome-ignore lint/suspicious/noExplicitAny: the monitor's messages have no types
  const monitor = pulumi.runtime.getMonitor() as any;
  const { registerResource, registerResourceOutputs } = monitor;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  monitor.registerResource = (request: any, callback: unknown) => {
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    registrations.push({
      urn: monitor.newUrn(parent, type, name),
      type,
      name,
      parent,
      inputs: request.getObject().toJavaScript(),
      dependencies: request.getDependenciesList(),
      provider: request.getProvider(),
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      deleteTimeout: request.getCustomtimeouts()?.getDelete() ?? "",
    });
    return registerResource.call(monitor, request, callback);
  };
  // biome-ignore lint/suspicious/noExplicitAny: as above
  monitor.registerResourceOutputs = (request: any, callback: unknown) => {
    outputs.push([request.getUrn(), request.getOutputs().toJavaScript()]);
    return registerResourceOutputs.call(monitor, request, callback);
  };
}

/** Runs it with the stack traces that main.ts sets: the SDK creates one for each promise. */
async function withShortStacks<T>(run: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  try {
    return await run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Runs it and collects its messages, which go to the console without an engine. */
async function withMessages<T>(
  { warnings, notes }: { warnings: string[]; notes: string[] },
  run: () => Promise<T>,
): Promise<T> {
  const { warn, log } = console;
  console.warn = (message: string) => warnings.push(message.replace("warning: [runtime] ", ""));
  console.log = (message: string) => notes.push(message.replace("info: [runtime] ", ""));
  try {
    return await run();
  } finally {
    Object.assign(console, { warn, log });
  }
}

/** Runs it and collects its unhandled rejections, which mocha would report. */
async function withRejections(run: () => Promise<void>): Promise<Error[]> {
  const rejections = new Set<Error>();
  let endEarly = () => {};
  // a program with a rejected Output never ends
  const rejected = new Promise<void>((resolve) => {
    endEarly = resolve;
  });
  const collect = (error: Error) => {
    rejections.add(error);
    endEarly();
  };
  const listeners = process.rawListeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", collect);
  try {
    await Promise.race([run(), rejected]);
    await new Promise(setImmediate); // Node reports a rejection after the turn it happened in
    return [...rejections];
  } finally {
    process.off("unhandledRejection", collect);
    for (const listener of listeners) {
      process.on("unhandledRejection", listener as NodeJS.UnhandledRejectionListener);
    }
  }
}
