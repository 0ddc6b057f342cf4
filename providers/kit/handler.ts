import type { PropertyChange } from "./diff";
import type { ValueMap } from "./values";

/** The fields that every request for a resource has. */
export interface ResourceRequest {
  /** The resource's URN, for log messages. */
  readonly urn: string;
  /** The resource's name in the program. */
  readonly name: string;
  /** The resource's type token, such as `pachyderm:index:Pipeline`. */
  readonly type: string;
  /**
   * Aborted when the user cancels the operation (Ctrl-C): stop waiting and return the current
   * state.
   */
  readonly signal: AbortSignal;
}

export interface CheckRequest extends ResourceRequest {
  /** The inputs of the last update, empty for a new resource. */
  readonly oldInputs: ValueMap;
  readonly inputs: ValueMap;
  /** Random bytes that stay the same between the preview and the update, for generated names. */
  readonly randomSeed: Uint8Array;
}

export interface CheckFailure {
  /**
   * The invalid property. The engine prints it with its whole value, so omit it if the value is
   * large, and begin the reason with the path.
   */
  readonly property?: string;
  /** What is wrong and what to do. */
  readonly reason: string;
}

export interface CheckResult {
  /** The inputs to store in the state, with defaults filled in. */
  readonly inputs: ValueMap;
  readonly failures?: readonly CheckFailure[];
}

export interface DiffRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: ValueMap;
  readonly oldState: ValueMap;
  readonly inputs: ValueMap;
}

export type { PropertyChange };

export interface Diff {
  /** The changed properties; empty means no change. */
  readonly changes: readonly PropertyChange[];
  /** Whether the old resource must be deleted before the new one is created. Default: false. */
  readonly deleteBeforeReplace?: boolean;
  /** Whether the changes are between inputs (default), or between the old state and the inputs. */
  readonly between?: "inputs" | "state-and-inputs";
}

export interface CreateRequest extends ResourceRequest {
  readonly inputs: ValueMap;
  /**
   * Whether this is a preview: nothing may be created, and values that are not known yet are
   * `UNKNOWN`.
   */
  readonly preview: boolean;
  /** The time limit from `customTimeouts`; undefined leaves it to the handler. */
  readonly timeoutSeconds: number | undefined;
}

export interface CreateResult {
  /** The resource's id; empty in a preview. */
  readonly id: string;
  readonly state: ValueMap;
}

export interface ReadRequest extends ResourceRequest {
  readonly id: string;
  /** The inputs in the state; empty for an import. */
  readonly inputs: ValueMap;
  /** The state; empty for an import. */
  readonly state: ValueMap;
}

/** Whether a read is for an import, where only the id is known. */
export function isImport({ inputs }: ReadRequest): boolean {
  return Object.keys(inputs).length === 0;
}

export interface ReadResult {
  readonly id: string;
  readonly inputs: ValueMap;
  readonly state: ValueMap;
}

export interface UpdateRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: ValueMap;
  readonly oldState: ValueMap;
  readonly inputs: ValueMap;
  readonly preview: boolean;
  readonly timeoutSeconds: number | undefined;
}

export interface DeleteRequest extends ResourceRequest {
  readonly id: string;
  readonly inputs: ValueMap;
  readonly state: ValueMap;
  readonly timeoutSeconds: number | undefined;
}

/** The lifecycle of one type of resource. */
export interface ResourceHandler {
  /** Checks the inputs of a resource and fills in defaults, before anything changes. */
  check(request: CheckRequest): Promise<CheckResult>;
  /** Compares a resource's inputs with its state. Called by previews, updates and refreshes. */
  diff(request: DiffRequest): Promise<Diff>;
  create(request: CreateRequest): Promise<CreateResult>;
  /** Reads a resource, for refresh and import; undefined means that it no longer exists. */
  read(request: ReadRequest): Promise<ReadResult | undefined>;
  /** Updates a resource in place and returns its new state. */
  update(request: UpdateRequest): Promise<ValueMap>;
  /** Deletes a resource; succeeds if it no longer exists. */
  delete(request: DeleteRequest): Promise<void>;
}

export interface InvokeRequest {
  /** The function's token, such as `gcp:storage/getBucketObjects:getBucketObjects`. */
  readonly token: string;
  readonly args: ValueMap;
  /** Aborted when the user cancels the operation (Ctrl-C). */
  readonly signal: AbortSignal;
}

export interface InvokeResult {
  readonly result: ValueMap;
  /** What is wrong with the arguments; the program then gets an error instead of the result. */
  readonly failures?: readonly CheckFailure[];
}

/** A function of a provider. It only reads; previews call it, too. */
export type FunctionHandler = (request: InvokeRequest) => Promise<InvokeResult>;

/** A provider plugin. */
export interface Plugin {
  /** The package's name, such as `pachyderm`. */
  readonly name: string;
  readonly version: string;
  /** The package's schema as JSON text: https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/ */
  schema(): string;
  /** Checks the provider's arguments; a failure ends the preview. */
  checkConfig(config: ValueMap): Promise<CheckResult>;
  /**
   * Compares the provider's arguments; a replacement replaces every resource. Default: the changes
   * without replacement, because the resources stay the same under other arguments.
   */
  diffConfig?(before: ValueMap, after: ValueMap): readonly PropertyChange[];
  /** Explains to the user what changed arguments mean, if that is not obvious. Replaces nothing. */
  configChanged?(before: ValueMap, after: ValueMap, urn: string): Promise<void>;
  /** Sets the provider's arguments. Called once, before any call for a resource. */
  configure(config: ValueMap, urn: string | undefined): Promise<void>;
  /** One handler per type token. */
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** One handler per function token. Default: no functions. */
  readonly functions?: Readonly<Record<string, FunctionHandler>>;
  /**
   * Called once when the user cancels (Ctrl-C) or the engine is done: release what only a preview
   * needs, within 5 seconds. Calls may be in progress and must not be interrupted.
   */
  cancel?(): Promise<void>;
  /**
   * Called once at the end, when no call is in progress: release connections and similar resources.
   */
  close(): Promise<void>;
}

/**
 * Thrown by create, update and read when the resource exists but is not healthy: the engine keeps
 * it in its state with the reasons, and the next `pulumi up` calls update even if the inputs did
 * not change.
 */
export class InitFailed extends Error {
  constructor(
    readonly id: string,
    readonly state: ValueMap,
    readonly reasons: readonly string[],
    /** The inputs as they are on the server; only for read. */
    readonly inputs?: ValueMap,
  ) {
    super(reasons.join("; "));
  }
}
