import type { Log } from "../../../provider-kit/engine-log";
import type { CreateRequest, UpdateRequest } from "../../../provider-kit/handler";
import {
  containsSecret,
  containsUnknown,
  isMap,
  isUnknown,
  type Value,
  type ValueMap,
} from "../../../provider-kit/values";
import { toRequestJson } from "../../spec/request";
import type { Place } from "../api/api";
import type { Connection } from "../connection/connection";
import { replaceNotes, tellNotes, updateNotes } from "../preview/cost-notes";
import { formatId } from "../shared/id";
import { diffInputs, type KnownPlace, placeOf } from "./inputs";

/** What a preview tells of pipelines beyond the diff: the server's verdict, and what it costs. */
export class PipelinePreview {
  /** Pipelines that a diff of this preview wants replaced, by URN. */
  readonly #replaced = new Map<string, { place: Place; keepRepo: boolean }>();

  constructor(
    private readonly connection: () => Connection,
    private readonly log: Log,
  ) {}

  /** Notes that a pipeline is to be replaced: what goes with it is told by the new one's create. */
  willReplace(urn: string, place: Place, keepRepo: boolean): void {
    this.#replaced.set(urn, { place, keepRepo });
  }

  async create({ urn, inputs }: CreateRequest): Promise<void> {
    await this.#validate(urn, inputs, {});
    const replaced = this.#replaced.get(urn);
    if (replaced === undefined) return;
    const { place, keepRepo } = replaced;
    await tellNotes(this.connection(), this.log, urn, (api) => replaceNotes(api, place, keepRepo));
  }

  async update({ urn, inputs, oldInputs, oldState }: UpdateRequest, place: Place): Promise<void> {
    await this.#validate(urn, inputs, { update: true });
    const connection = this.connection();
    await connection.previewSameCluster(oldState, `pipeline ${formatId(place)}`);
    await tellNotes(connection, this.log, urn, async (api) => {
      const live = await api.inspectPipeline(place);
      if (live === undefined) return [`pipeline ${formatId(place)} is gone and will be made again`];
      const changes = diffInputs(oldInputs, inputs, { before: place, after: place });
      // an update without changes only waits for a pipeline that did not come up
      if (changes.length === 0) return [];
      return await updateNotes(api, place, live, changes);
    });
  }

  async #validate(urn: string, inputs: ValueMap, options: { update?: boolean }): Promise<void> {
    const { api, settings, validation } = this.connection();
    const known = placeOf(inputs, settings.project);
    const spec = inputs.spec ?? null;
    if (!isKnown(known)) return;
    if (containsUnknown(spec) || containsSecret(spec) || hasSideEffects(spec)) {
      return validation.skip(known);
    }
    // the Secret may be part of the same update, and Pachyderm looks for it even in a transaction
    const json = toRequestJson(withoutSecrets(spec), { project: known.project });
    await validation.validate(known, urn, (callOptions) =>
      api.createPipeline(json, options, callOptions),
    );
  }
}

function isKnown(place: KnownPlace): place is Place {
  return !isUnknown(place.project) && !isUnknown(place.name);
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
