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
import type { Place } from "../api/api";
import { formatBranch } from "../api/branch-api";
import { isAlreadyExists } from "../api/errors";
import type { Connection } from "../connection/connection";
import { replaceNotes, tellNotes, updateNotes } from "../preview/cost-notes";
import { inputRepos } from "../preview/input-repos";
import { refusedCreate } from "../preview/planned-create";
import { PreviewMemory } from "../preview/preview-memory";
import { formatId } from "../shared/id";
import { existsAlready } from "../shared/lifecycle";
import { explain } from "./failures";
import { diffInputs, isKnown, type KnownPlace, placeOf } from "./inputs";
import { unwell } from "./ready";
import { missingBranch } from "./trigger-branches";

/** What a preview tells of pipelines beyond the diff: the server's verdict, and what it costs. */
export class PipelinePreview {
  readonly #memory = new PreviewMemory<{ readonly place: Place; readonly keepRepo: boolean }>();

  constructor(
    private readonly connection: () => Connection,
    private readonly log: Log,
  ) {}

  rememberReplacement(urn: string, place: Place, keepRepo: boolean): void {
    this.#memory.rememberReplacement(urn, { place, keepRepo });
  }

  rememberExisting(urn: string, place: KnownPlace): void {
    if (isKnown(place)) this.#memory.rememberExisting(urn, formatId(place));
  }

  async create(request: CreateRequest): Promise<void> {
    const { urn, inputs } = request;
    const place = placeOf(inputs, this.connection().settings.project);
    if (isKnown(place)) await this.#validateCreate(request, place);
    const replaced = this.#memory.replaced(urn);
    if (replaced === undefined) return;
    await tellNotes(this.connection(), this.log, urn, (api) =>
      replaceNotes(api, replaced.place, replaced.keepRepo),
    );
  }

  async update({ urn, inputs, oldInputs, oldState }: UpdateRequest, place: Place): Promise<void> {
    const connection = this.connection();
    if (!isSendable(inputs.spec ?? null)) connection.validation.skip(place);
    else {
      await this.#validate(urn, inputs, place, { update: true }).catch((error: unknown) => {
        throw explain(error, place);
      });
    }
    await connection.previewSameCluster(oldState, `pipeline ${formatId(place)}`);
    await tellNotes(connection, this.log, urn, async (api) => {
      const live = await api.inspectPipeline(place);
      if (live === undefined) return [`pipeline ${formatId(place)} is gone and will be made again`];
      const changes = diffInputs(oldInputs, inputs, { before: place, after: place });
      // an update without changes only waits for a pipeline that did not come up
      const trouble = unwell(live);
      const now = trouble === undefined ? [] : [`pipeline ${formatId(place)} is now ${trouble}`];
      if (changes.length === 0) return now;
      return [...now, ...(await updateNotes(api, place, live, changes, inputs))];
    });
  }

  async #validateCreate(request: CreateRequest, place: Place): Promise<void> {
    const { urn, inputs } = request;
    const connection = this.connection();
    const { api, validation } = connection;
    const id = formatId(place);
    if (this.#memory.isReplacedByItself(urn, id)) return validation.skip(place);
    const what = `pipeline ${id}`;
    const exists = async () => (await api.inspectPipeline(place)) !== undefined;
    const thing = { what, id, exists };
    if (!isSendable(inputs.spec ?? null)) {
      validation.skip(place);
      return await validation.look(urn, async () => {
        if (await exists()) throw existsAlready(connection, request, thing);
      });
    }
    try {
      await this.#validate(urn, inputs, place, {});
    } catch (error) {
      if (isAlreadyExists(error)) throw await refusedCreate(connection, error, request, thing);
      throw explain(error, place);
    }
  }

  async #validate(
    urn: string,
    inputs: ValueMap,
    place: Place,
    options: { update?: boolean },
  ): Promise<void> {
    const { api, validation } = this.connection();
    // the Secret may be part of the same update, and Pachyderm looks for it even in a transaction
    const spec = withoutSecrets(inputs.spec ?? null);
    const json = toRequestJson(spec, { project: place.project });
    const change = { output: place, ...inputRepos(spec, place) };
    try {
      await validation.validate(change, urn, (callOptions) =>
        api.createPipeline(json, options, callOptions),
      );
    } catch (error) {
      // no transaction can make a branch and have a trigger follow it
      const branch = missingBranch(error);
      if (branch === undefined) throw error;
      await this.log.log(
        "info",
        `the pipeline's trigger follows the branch ${formatBranch(branch)}, which does not exist yet: ` +
          "it will be made, empty. Pachyderm validates the pipeline in the update",
        urn,
      );
    }
  }
}

/** Whether the server can be asked about a spec: it is all known, and asking does nothing. */
function isSendable(spec: Value): boolean {
  return !containsUnknown(spec) && !containsSecret(spec) && !hasSideEffects(spec);
}

/** Pachyderm makes a Determined user for such a spec before it looks at the transaction. */
function hasSideEffects(spec: Value): boolean {
  return isMap(spec) && (spec.determined ?? null) !== null;
}

function withoutSecrets(spec: Value): Value {
  if (!isMap(spec) || !isMap(spec.transform)) return spec;
  const { secrets: _, ...transform } = spec.transform;
  return { ...spec, transform };
}
