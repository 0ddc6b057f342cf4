import { flag } from "../../../kit/arguments";
import type { Log } from "../../../kit/engine-log";
import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type Diff,
  type DiffRequest,
  isImport,
  type ReadRequest,
  type ReadResult,
  type ResourceHandler,
  type UpdateRequest,
} from "../../../kit/handler";
import type { ValueMap } from "../../../kit/values";
import { formatId, parseId } from "../api/object-ref";
import type { Connection } from "../connection/connection";
import { PipelineCheck } from "./check";
import { createPipeline } from "./create";
import { deletePipeline } from "./delete";
import { ImportedAsIs } from "./imported-as-is";
import { diffInputs, refOf } from "./inputs";
import { PipelinePreview } from "./preview";
import { readPipeline } from "./read";
import { plannedState } from "./state";
import { oldStopped } from "./stopped";
import { updatePipeline } from "./update";

/**
 * The lifecycle of a `pachyderm:index:Pipeline`; each operation that calls the server has its own
 * file.
 */
export class PipelineHandler implements ResourceHandler {
  readonly #imports: ImportedAsIs;
  readonly #preview: PipelinePreview;
  readonly #check: PipelineCheck;

  readonly #connection: () => Connection;
  readonly #log: Log;

  constructor(connection: () => Connection, log: Log) {
    this.#connection = connection;
    this.#log = log;

    this.#imports = new ImportedAsIs(log);
    this.#preview = new PipelinePreview(connection, log);
    this.#check = new PipelineCheck(connection, log);
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    const { oldInputs, urn } = request;
    if (oldInputs.spec !== undefined) {
      this.#preview.rememberExisting(urn, refOf(oldInputs, this.#defaultProject()));
    }
    return await this.#check.check(request);
  }

  async diff({ id, urn, oldInputs, oldState, inputs }: DiffRequest): Promise<Diff> {
    const before = parseId(id, "pipeline", this.#defaultProject());
    await this.#connection().previewSameCluster(oldState, `pipeline ${formatId(before)}`);
    // the spec need not set the project, whose default may have changed since
    this.#preview.rememberExisting(urn, before);
    const after = refOf(inputs, this.#defaultProject());
    const old = { ...oldInputs, ...oldStopped(oldInputs, oldState) };
    const changes = diffInputs(old, inputs, { before, after });
    if (await this.#imports.leaveAsIs(urn, `pipeline ${formatId(before)}`, changes)) {
      return { changes: [] };
    }
    if (changes.some((change) => change.replace)) {
      this.#preview.rememberReplacement(urn, {
        ref: before,
        keepRepo: flag(oldInputs.keepRepoOnDelete),
        force: flag(oldInputs.forceDelete),
      });
    }
    return { changes };
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    if (!request.preview) {
      await this.#preview.costsOfCreate(request);
      return await createPipeline(this.#connection(), this.#log, request);
    }
    await this.#preview.create(request);
    return { id: "", state: this.#plannedState(request.inputs) };
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    if (isImport(request)) this.#imports.note(request.urn);
    return await readPipeline(this.#connection(), request);
  }

  async update(request: UpdateRequest): Promise<ValueMap> {
    if (!request.preview) return await updatePipeline(this.#connection(), this.#log, request);
    await this.#preview.update(request, parseId(request.id, "pipeline", this.#defaultProject()));
    return this.#plannedState(request.inputs);
  }

  async delete(request: DeleteRequest): Promise<void> {
    await deletePipeline(this.#connection(), this.#log, request);
  }

  #plannedState(inputs: ValueMap): ValueMap {
    return plannedState(inputs, refOf(inputs, this.#defaultProject()));
  }

  #defaultProject(): string {
    return this.#connection().settings.project;
  }
}
