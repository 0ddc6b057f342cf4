import { flag } from "../../../kit/arguments";
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
import type { ReplacedPipeline } from "../change-costs/creation";
import type { Connection } from "../connection/connection";
import { refusedCreate } from "../preview-state/planned-create";
import { PreviewMemory } from "../preview-state/preview-memory";
import { alreadyExists } from "../shared/lifecycle";
import { inputRepos } from "../validation/input-repos";
import { withAdvice } from "./failures";
import { isKnown, type PartialRef, refOf } from "./inputs";
import { missingBranch } from "./trigger-branches";
import { updateOf } from "./update-costs";

/**
 * What a preview reports about pipelines beyond the diff: the server's validation, and the cost.
 */
export class PipelinePreview {
  readonly #memory = new PreviewMemory<ReplacedPipeline>();

  readonly #connection: () => Connection;
  readonly #log: Log;

  constructor(connection: () => Connection, log: Log) {
    this.#connection = connection;
    this.#log = log;
  }

  rememberReplacement(urn: string, replaced: ReplacedPipeline): void {
    this.#memory.rememberReplacement(urn, replaced);
  }

  rememberExisting(urn: string, ref: PartialRef): void {
    if (isKnown(ref)) this.#memory.rememberExisting(urn, formatId(ref));
  }

  async create(request: CreateRequest): Promise<void> {
    const ref = refOf(request.inputs, this.#connection().settings.project);
    if (isKnown(ref)) await this.#validateCreate(request, ref);
    await this.costsOfCreate(request);
  }

  /** Reports the costs of a new pipeline, and of the one that it replaces; in updates, too. */
  async costsOfCreate({ urn, inputs, preview }: CreateRequest): Promise<void> {
    const ref = refOf(inputs, this.#connection().settings.project);
    const replaced = this.#memory.replaced(urn) ?? this.#replacedByItself(urn, ref, inputs);
    // a new pipeline that replaces none kills and deletes nothing
    if (replaced === undefined && !preview) return;
    const { costs, validation } = this.#connection();
    await costs.create({
      urn,
      ref: isKnown(ref) ? ref : undefined,
      inputs,
      ...(replaced && { replaced }),
      isValidated: isSendable(inputs.spec ?? null) && validation.isOn,
      preview,
    });
  }

  #replacedByItself(urn: string, ref: PartialRef, inputs: ValueMap): ReplacedPipeline | undefined {
    if (!isKnown(ref) || !this.#memory.isReplacedByItself(urn, formatId(ref))) return undefined;
    const { keepRepoOnDelete, forceDelete } = inputs;
    return { ref, keepRepo: flag(keepRepoOnDelete), force: flag(forceDelete) };
  }

  async update(request: UpdateRequest, ref: ObjectRef): Promise<void> {
    const { urn, inputs, oldState } = request;
    const connection = this.#connection();
    if (!isSendable(inputs.spec ?? null)) connection.validation.skip(ref);
    else {
      await this.#validate(urn, inputs, ref, { update: true }).catch((error: unknown) => {
        throw withAdvice(error, ref);
      });
    }
    await connection.previewSameCluster(oldState, `pipeline ${formatId(ref)}`);
    await connection.costs.update(updateOf(request, ref));
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
        if (await exists()) throw alreadyExists(connection, request, thing);
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
      // a transaction cannot create a branch and let a trigger follow it
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
