import type { Log } from "../../provider-kit/engine-log";
import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type Diff,
  type DiffRequest,
  InitFailed,
  type ReadRequest,
  type ReadResult,
  type ResourceHandler,
  type UpdateRequest,
} from "../../provider-kit/handler";
import { containsSecret, isUnknown, UNKNOWN, type ValueMap } from "../../provider-kit/values";
import { checkSpec, formatProblem } from "../spec/check";
import { specsEqual } from "../spec/compare";
import { mergeDrift } from "../spec/drift";
import { toRequestJson } from "../spec/request";
import type { PipelineInfo, Place } from "./api";
import { checkArguments } from "./arguments";
import type { Connection } from "./connection";
import { deletePipeline } from "./delete-pipeline";
import { isAlreadyExists, ServerError } from "./errors";
import { formatId, importCommand, parseId } from "./id";
import { liveSpec, liveState } from "./live-pipeline";
import {
  diffInputs,
  diffRestarts,
  PIPELINE_ARGUMENTS,
  placeOf,
  reprocesses,
} from "./pipeline-inputs";
import { PipelinePreview } from "./pipeline-preview";
import { unwell, waitUntilReady } from "./ready";
import { OutcomeUnclear, settle } from "./settle";

/** How long create and update wait for the workers where `customTimeouts` says nothing. */
const READY_SECONDS = 300;

/** The life of a `pachyderm:index:Pipeline`. */
export class PipelineHandler implements ResourceHandler {
  readonly #preview: PipelinePreview;

  constructor(
    private readonly connection: () => Connection,
    private readonly log: Log,
  ) {
    this.#preview = new PipelinePreview(connection, log);
  }

  async check({ inputs, urn }: CheckRequest): Promise<CheckResult> {
    const failures = checkArguments(inputs, PIPELINE_ARGUMENTS, ["spec"]);
    if (failures.length > 0) return { inputs, failures };
    const problems = checkSpec(inputs.spec ?? null, { project: this.#defaultProject() });
    for (const warning of problems.warnings) {
      await this.log.log("warning", formatProblem(warning), urn);
    }
    // without a property: the engine would print the whole spec beside the reason
    return {
      inputs,
      failures: problems.failures.map((problem) => ({ reason: formatProblem(problem) })),
    };
  }

  async diff({ id, urn, oldInputs, inputs }: DiffRequest): Promise<Diff> {
    const before = parseId(id, "pipeline", this.#defaultProject());
    const after = placeOf(inputs, this.#defaultProject());
    const changes = diffInputs(oldInputs, inputs, { before, after });
    if (changes.some((change) => change.replace)) {
      this.#preview.willReplace(urn, before, oldInputs.keepRepoOnDelete === true);
    }
    return { changes };
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    if (request.preview) {
      await this.#preview.create(request);
      return { id: "", state: this.#plannedState(request.inputs) };
    }
    const { inputs, type, name } = request;
    const place = this.#place(inputs);
    const { api } = this.connection();
    await this.connection().clusterId();
    const exists = () =>
      new Error(
        `pipeline ${formatId(place)} exists already. To manage it with this stack: ` +
          `${importCommand(type, name, formatId(place))}`,
      );
    if ((await api.inspectPipeline(place)) !== undefined) throw exists();
    try {
      await this.#send(place, inputs, {}, async () => {
        const live = await api.inspectPipeline(place);
        return live !== undefined && this.#isLive(live, inputs, place);
      });
    } catch (error) {
      if (error instanceof OutcomeUnclear) {
        throw this.#initFailed(place, this.#unsettledState(inputs, 0, false), error.message);
      }
      throw isAlreadyExists(error) ? exists() : explain(error, place);
    }
    return { id: formatId(place), state: await this.#awaitReady(place, request) };
  }

  async read({ id, inputs, state }: ReadRequest): Promise<ReadResult | undefined> {
    const place = parseId(id, "pipeline", this.#defaultProject());
    await this.connection().requireSameCluster(state, `pipeline ${formatId(place)}`);
    const live = await this.connection().api.inspectPipeline(place);
    if (live === undefined) return undefined;
    const spec = liveSpec(live);
    const isImport = Object.keys(inputs).length === 0;
    const options = { project: place.project };
    const liveInputs = {
      ...inputs,
      spec: isImport ? spec : mergeDrift(inputs.spec ?? null, spec, options),
    };
    const liveOutputs = await this.#liveState(liveInputs, live, place);
    const problem = unwell(live);
    if (problem !== undefined && inputs.awaitReady !== false) {
      // without this, a refresh would forget that the pipeline is not well
      throw new InitFailed(formatId(place), liveOutputs, [problem], liveInputs);
    }
    return { id: formatId(place), inputs: liveInputs, state: liveOutputs };
  }

  async update(request: UpdateRequest): Promise<ValueMap> {
    const { id, inputs, oldInputs, oldState, preview, urn } = request;
    const place = parseId(id, "pipeline", this.#defaultProject());
    if (preview) {
      await this.#preview.update(request, place);
      return this.#plannedState(inputs);
    }
    const { api } = this.connection();
    await this.connection().requireSameCluster(oldState, `pipeline ${formatId(place)}`);
    const live = await api.inspectPipeline(place);
    const reprocess = reprocesses(oldInputs, inputs) || oldState.unsettledReprocess === true;
    if (live === undefined || this.#mustSend(live, request, place)) {
      await this.#sendUpdate(place, inputs, live, reprocess);
    }
    if (live?.stopped) {
      await this.log.log(
        "warning",
        `pipeline ${formatId(place)} is stopped and stays so; to start it: ` +
          `pachctl start pipeline ${place.name} --project ${place.project}`,
        urn,
      );
    }
    return await this.#awaitReady(place, request);
  }

  async delete({ id, inputs, state }: DeleteRequest): Promise<void> {
    const connection = this.connection();
    const place = parseId(id, "pipeline", connection.settings.project);
    const what = `pipeline ${formatId(place)}`;
    await connection.unlessUnreachable(what, async () => {
      await connection.requireSameCluster(state, what);
      await deletePipeline(connection.api, place, {
        keepRepo: inputs.keepRepoOnDelete === true,
        force: inputs.forceDelete === true,
      });
    });
  }

  /**
   * Whether an update has anything to send. An equal spec is not sent: Pachyderm would restart the
   * workers and kill running jobs all the same. Only a pipeline in FAILURE needs it to get out.
   */
  #mustSend(live: PipelineInfo, request: UpdateRequest, place: Place): boolean {
    const { inputs, oldInputs, oldState } = request;
    if (!this.#isLive(live, inputs, place)) return true;
    if (live.state === "PIPELINE_FAILURE") return true;
    if (diffRestarts(oldInputs, inputs).length > 0) return true;
    // an earlier change whose outcome was unclear: its version tells whether it was made
    const { unsettledVersion } = oldState;
    return typeof unsettledVersion === "number" && Number(live.version) <= unsettledVersion;
  }

  async #sendUpdate(
    place: Place,
    inputs: ValueMap,
    live: PipelineInfo | undefined,
    reprocess: boolean,
  ): Promise<void> {
    const { api } = this.connection();
    const version = Number(live?.version ?? 0);
    const options = live === undefined ? {} : { update: true, reprocess };
    try {
      await this.#send(place, inputs, options, async () => {
        const now = await api.inspectPipeline(place);
        return (
          now !== undefined && Number(now.version) > version && this.#isLive(now, inputs, place)
        );
      });
    } catch (error) {
      if (error instanceof OutcomeUnclear) {
        const state = this.#unsettledState(inputs, version, reprocess);
        throw this.#initFailed(place, state, error.message);
      }
      throw explain(error, place);
    }
  }

  async #send(
    place: Place,
    inputs: ValueMap,
    options: { update?: boolean; reprocess?: boolean },
    isDone: () => Promise<boolean>,
  ): Promise<void> {
    const spec = inputs.spec ?? null;
    if (containsSecret(spec)) throw new Error("spec: holds a secret, which is never sent");
    const json = toRequestJson(spec, { project: place.project });
    const { api } = this.connection();
    await settle(api.client.patienceMs, () => api.createPipeline(json, options), isDone);
  }

  /** Waits for the workers where asked to, and returns the state, or fails with it. */
  async #awaitReady(
    place: Place,
    { inputs, timeoutSeconds, signal }: CreateRequest | UpdateRequest,
  ): Promise<ValueMap> {
    const { api } = this.connection();
    if (inputs.awaitReady === false) {
      const live = await api.inspectPipeline(place);
      return live === undefined
        ? this.#plannedState(inputs)
        : await this.#liveState(inputs, live, place);
    }
    const { pipeline, problem } = await waitUntilReady(api, place, {
      timeoutSeconds: timeoutSeconds ?? READY_SECONDS,
      signal,
    });
    const state =
      pipeline === undefined
        ? this.#unsettledState(inputs, 0, false)
        : await this.#liveState(inputs, pipeline, place);
    if (problem !== undefined) throw this.#initFailed(place, state, problem);
    return state;
  }

  #initFailed(place: Place, state: ValueMap, reason: string): InitFailed {
    return new InitFailed(formatId(place), state, [`pipeline ${formatId(place)}: ${reason}`]);
  }

  /** Whether the pipeline's spec on the server is the one of the inputs. */
  #isLive(live: PipelineInfo, inputs: ValueMap, { project }: Place): boolean {
    return specsEqual(liveSpec(live), inputs.spec ?? null, { project });
  }

  #liveState(inputs: ValueMap, live: PipelineInfo, place: Place): Promise<ValueMap> {
    return this.connection()
      .clusterId()
      .then((clusterId) => ({ ...inputs, ...liveState(live, place), clusterId }));
  }

  /** What a preview can tell: all that the spec says. */
  #plannedState(inputs: ValueMap): ValueMap {
    const { name, project } = placeOf(inputs, this.#defaultProject());
    return {
      ...inputs,
      name,
      project,
      outputRepo: name,
      version: UNKNOWN,
      state: UNKNOWN,
      effectiveSpec: UNKNOWN,
    };
  }

  /**
   * The state after a change whose outcome is not known: the version before it tells the next
   * update whether it was made.
   */
  #unsettledState(inputs: ValueMap, version: number, reprocess: boolean): ValueMap {
    const known = Object.entries(this.#plannedState(inputs)).filter(([, v]) => !isUnknown(v));
    return {
      ...Object.fromEntries(known),
      unsettledVersion: version,
      unsettledReprocess: reprocess,
    };
  }

  #place(inputs: ValueMap): Place {
    const { name, project } = placeOf(inputs, this.#defaultProject());
    if (isUnknown(name) || isUnknown(project)) throw new Error("spec.pipeline: is not known yet");
    return { name, project };
  }

  #defaultProject(): string {
    return this.connection().settings.project;
  }
}

/** Adds what to do to the refusals whose words leave one guessing. */
function explain(error: unknown, place: Place): unknown {
  if (!(error instanceof ServerError)) return error;
  const text = error.serverMessage;
  if (text.includes("because a repo with the same name already exists")) {
    return new Error(
      `pipeline ${formatId(place)} can't be made: a repo of that name exists, and the pipeline's ` +
        "output repo needs the name. If it was kept from a deleted pipeline and its data may go: " +
        `pachctl delete repo ${place.name} --project ${place.project}`,
    );
  }
  if (/missing Kubernetes secret|Kubernetes secret \S+ missing key/.test(text)) {
    return new Error(
      `pipeline ${formatId(place)}: ${error.message}. It must exist in Pachyderm's namespace ` +
        "before the pipeline: let the pipeline depend on the Secret (dependsOn)",
    );
  }
  return new Error(`pipeline ${formatId(place)}: ${error.message}`);
}
