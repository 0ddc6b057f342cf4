import type { Log } from "../../../kit/engine-log";
import type { CreateRequest, UpdateRequest } from "../../../kit/handler";
import {
  containsSecret,
  containsUnknown,
  isMap,
  type Value,
  type ValueMap,
} from "../../../kit/values";
import { toRequestJson } from "../../spec/request";
import type { ObjectRef } from "../api/api";
import { formatBranch } from "../api/branch-api";
import { isAlreadyExists } from "../api/errors";
import { formatId } from "../api/object-ref";
import type { Connection } from "../connection/connection";
import { replaceNotes, tellNotes, updateNotes } from "../preview/cost-notes";
import { refusedCreate } from "../preview/planned-create";
import { PreviewMemory } from "../preview/preview-memory";
import { existsAlready } from "../shared/lifecycle";
import { inputRepos } from "../validation/input-repos";
import { withAdvice } from "./failures";
import { diffInputs, isKnown, type PartialRef, refOf } from "./inputs";
import { failureReason } from "./ready";
import { missingBranch } from "./trigger-branches";

/**
 * What a preview reports about pipelines beyond the diff: the server's validation, and the cost.
 */
export class PipelinePreview {
  readonly #memory = new PreviewMemory<{ readonly ref: ObjectRef; readonly keepRepo: boolean }>();

  readonly #connection: () => Connection;
  readonly #log: Log;

  constructor(connection: () => Connection, log: Log) {
    this.#connection = connection;
    this.#log = log;
  }

  rememberReplacement(urn: string, ref: ObjectRef, keepRepo: boolean): void {
    this.#memory.rememberReplacement(urn, { ref, keepRepo });
  }

  rememberExisting(urn: string, ref: PartialRef): void {
    if (isKnown(ref)) this.#memory.rememberExisting(urn, formatId(ref));
  }

  async create(request: CreateRequest): Promise<void> {
    const { urn, inputs } = request;
    const ref = refOf(inputs, this.#connection().settings.project);
    if (isKnown(ref)) await this.#validateCreate(request, ref);
    const replaced = this.#memory.replaced(urn);
    if (replaced === undefined) return;
    await tellNotes(this.#connection(), this.#log, urn, (api) =>
      replaceNotes(api, replaced.ref, replaced.keepRepo),
    );
  }

  async update({ urn, inputs, oldInputs, oldState }: UpdateRequest, ref: ObjectRef): Promise<void> {
    const connection = this.#connection();
    if (!isSendable(inputs.spec ?? null)) connection.validation.skip(ref);
    else {
      await this.#validate(urn, inputs, ref, { update: true }).catch((error: unknown) => {
        throw withAdvice(error, ref);
      });
    }
    await connection.previewSameCluster(oldState, `pipeline ${formatId(ref)}`);
    await tellNotes(connection, this.#log, urn, async (api) => {
      const live = await api.inspectPipeline(ref);
      if (live === undefined)
        return [`pipeline ${formatId(ref)} is gone and will be created again`];
      const changes = diffInputs(oldInputs, inputs, { before: ref, after: ref });
      // an update without changes only waits for a pipeline that was not ready
      const trouble = failureReason(live);
      const now = trouble === undefined ? [] : [`pipeline ${formatId(ref)} is now ${trouble}`];
      if (changes.length === 0) return now;
      return [...now, ...(await updateNotes(api, ref, live, changes, inputs))];
    });
  }

  async #validateCreate(request: CreateRequest, ref: ObjectRef): Promise<void> {
    const { urn, inputs } = request;
    const connection = this.#connection();
    const { api, validation } = connection;
    const id = formatId(ref);
    if (this.#memory.isReplacedByItself(urn, id)) return validation.skip(ref);
    const what = `pipeline ${id}`;
    const exists = async () => (await api.inspectPipeline(ref)) !== undefined;
    const thing = { what, id, exists };
    if (!isSendable(inputs.spec ?? null)) {
      validation.skip(ref);
      return await validation.look(urn, async () => {
        if (await exists()) throw existsAlready(connection, request, thing);
      });
    }
    try {
      await this.#validate(urn, inputs, ref, {});
    } catch (error) {
      if (isAlreadyExists(error)) throw await refusedCreate(connection, error, request, thing);
      throw withAdvice(error, ref);
    }
  }

  async #validate(
    urn: string,
    inputs: ValueMap,
    ref: ObjectRef,
    options: { update?: boolean },
  ): Promise<void> {
    const { api, validation } = this.#connection();
    // the Secret may be part of the same update, and Pachyderm requires it even in a transaction
    const spec = withoutSecrets(inputs.spec ?? null);
    const json = toRequestJson(spec, { project: ref.project });
    const change = { output: ref, ...inputRepos(spec, ref) };
    try {
      await validation.validate(change, urn, (callOptions) =>
        api.createPipeline(json, options, callOptions),
      );
    } catch (error) {
      // a transaction can't create a branch and let a trigger follow it
      const branch = missingBranch(error);
      if (branch === undefined) throw error;
      await this.#log.log(
        "info",
        `the pipeline's trigger follows the branch ${formatBranch(branch)}, which does not ` +
          "exist yet: an empty branch will be created. Pachyderm validates the pipeline in the " +
          "update",
        urn,
      );
    }
  }
}

/** Whether the server can validate a spec: it is fully known, and validation has no effect. */
function isSendable(spec: Value): boolean {
  return !containsUnknown(spec) && !containsSecret(spec) && !hasSideEffects(spec);
}

/** Pachyderm creates a Determined user for such a spec, even in a transaction. */
function hasSideEffects(spec: Value): boolean {
  return isMap(spec) && (spec.determined ?? null) !== null;
}

function withoutSecrets(spec: Value): Value {
  if (!isMap(spec) || !isMap(spec.transform)) return spec;
  const { secrets: _, ...transform } = spec.transform;
  return { ...spec, transform };
}
