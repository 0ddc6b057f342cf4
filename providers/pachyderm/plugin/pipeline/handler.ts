import { checkArguments, flag } from "../../../kit/arguments";
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
import { containsSecret, isUnknown, UNKNOWN, type ValueMap } from "../../../kit/values";
import { checkSpec, formatProblem, type Problem } from "../../spec/check";
import { specsEqual } from "../../spec/compare";
import { mergeDrift } from "../../spec/drift";
import { toRequestJson } from "../../spec/request";
import { inSchemaForm } from "../../spec/respell";
import type { PipelineInfo, Place } from "../api/api";
import { Deadline } from "../api/deadline";
import { isAlreadyExists } from "../api/errors";
import type { Connection } from "../connection/connection";
import { formatId, parseId } from "../shared/id";
import { deleteHere, existsAlready } from "../shared/lifecycle";
import { OutcomeUnclear, settle } from "../shared/settle";
import { deletePipeline } from "./delete";
import { explain, initFailed, isSettled, UNSETTLED, unsettledOf } from "./failures";
import { ImportedAsIs } from "./imported-as-is";
import {
  awaitsReady,
  diffInputs,
  diffRestarts,
  PIPELINE_ARGUMENTS,
  placeOf,
  refusedChange,
  reprocesses,
} from "./inputs";
import { liveSpec, liveState } from "./live";
import { PipelinePreview } from "./preview";
import { type Readiness, type ReadyOptions, unwell, waitUntilReady } from "./ready";
import {
  deleteLeftBranches,
  hasTrigger,
  keptMarks,
  noteOwnBranches,
  sendWithBranches,
  type TriggerTraces,
} from "./trigger-branches";

/** The life of a `pachyderm:index:Pipeline`. */
export class PipelineHandler implements ResourceHandler {
  readonly #imports: ImportedAsIs;
  readonly #preview: PipelinePreview;
  /** The topics of warnings that were given. */
  readonly #topics = new Set<string>();

  constructor(
    private readonly connection: () => Connection,
    private readonly log: Log,
  ) {
    this.#imports = new ImportedAsIs(log);
    this.#preview = new PipelinePreview(connection, log);
  }

  async check({ inputs, oldInputs, urn }: CheckRequest): Promise<CheckResult> {
    if (oldInputs.spec !== undefined) {
      this.#preview.isThere(urn, placeOf(oldInputs, this.#defaultProject()));
    }
    const failures = checkArguments(inputs, PIPELINE_ARGUMENTS, ["spec"]);
    if (failures.length > 0) return { inputs, failures };
    const refused =
      oldInputs.spec === undefined
        ? undefined
        : refusedChange(oldInputs, inputs, this.#defaultProject());
    if (refused !== undefined) return { inputs, failures: [{ reason: refused }] };
    const problems = checkSpec(inputs.spec ?? null, {
      project: this.#defaultProject(),
      server: this.connection().version,
    });
    for (const warning of problems.warnings) await this.#warn(warning, urn);
    // without a property: the engine would print the whole spec beside the reason
    return {
      inputs,
      failures: problems.failures.map((problem) => ({ reason: formatProblem(problem) })),
    };
  }

  /** Logs a warning; one with a topic only once, for the first pipeline that it is about. */
  async #warn(warning: Problem, urn: string): Promise<void> {
    const { topic } = warning;
    if (topic !== undefined && this.#topics.has(topic)) return;
    const isFirst = topic === undefined ? "" : "; the same in other pipelines is not repeated";
    if (topic !== undefined) this.#topics.add(topic);
    await this.log.log("warning", `${formatProblem(warning)}${isFirst}`, urn);
  }

  async diff({ id, urn, oldInputs, oldState, inputs }: DiffRequest): Promise<Diff> {
    const before = parseId(id, "pipeline", this.#defaultProject());
    await this.connection().previewSameCluster(oldState, `pipeline ${formatId(before)}`);
    const after = placeOf(inputs, this.#defaultProject());
    const changes = diffInputs(oldInputs, inputs, { before, after });
    if (await this.#imports.leaveAsIs(urn, `pipeline ${formatId(before)}`, changes)) {
      return { changes: [] };
    }
    if (changes.some((change) => change.replace)) {
      this.#preview.willReplace(urn, before, flag(oldInputs.keepRepoOnDelete));
    }
    return { changes };
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    if (request.preview) {
      await this.#preview.create(request);
      return { id: "", state: this.#plannedState(request.inputs) };
    }
    const { inputs } = request;
    const deadline = new Deadline("create", request.timeoutSeconds);
    const place = this.#place(inputs);
    const { api } = this.connection();
    const clusterId = await this.connection().clusterId();
    const thing = { what: `pipeline ${formatId(place)}`, id: formatId(place) };
    const exists = () => existsAlready(this.connection(), request, thing);
    if ((await api.inspectPipeline(place)) !== undefined) throw exists();
    const marks = { clusterId, ...(await noteOwnBranches(api, inputs.spec ?? null, place, {})) };
    try {
      await this.#send(place, request, {}, deadline, async () => {
        const live = await api.inspectPipeline(place);
        return live !== undefined && this.#isLive(live, inputs, place);
      });
    } catch (error) {
      if (error instanceof OutcomeUnclear) {
        const state = { ...this.#knownState(inputs, marks), unsettledVersion: 0 };
        throw initFailed(place, state, error.message);
      }
      throw isAlreadyExists(error) ? exists() : explain(error, place);
    }
    return {
      id: formatId(place),
      state: await this.#awaitReady(place, request, deadline, marks),
    };
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const { id, inputs, state } = request;
    const place = parseId(id, "pipeline", this.#defaultProject());
    await this.connection().requireSameCluster(state, `pipeline ${formatId(place)}`);
    const live = await this.connection().api.inspectPipeline(place);
    if (live === undefined) return undefined;
    if (isImport(request)) this.#imports.note(request.urn);
    const spec = liveSpec(live);
    const options = { project: place.project };
    const liveInputs = {
      ...inputs,
      spec: isImport(request) ? inSchemaForm(spec) : mergeDrift(inputs.spec ?? null, spec, options),
    };
    const clusterId = await this.connection().clusterId();
    const unsettled = unsettledOf(state, live);
    const marks = { clusterId, ...keptMarks(state), ...unsettled };
    const liveOutputs = { ...liveInputs, ...liveState(live, place), ...marks };
    const unready = awaitsReady(inputs) ? unwell(live) : undefined;
    const problem = isSettled(unsettled) ? unready : UNSETTLED;
    if (problem !== undefined) {
      // without this, a refresh would forget that the pipeline is not well
      throw initFailed(place, liveOutputs, problem, liveInputs);
    }
    return { id: formatId(place), inputs: liveInputs, state: liveOutputs };
  }

  async update(request: UpdateRequest): Promise<ValueMap> {
    const { id, inputs, oldState, preview, urn } = request;
    const place = parseId(id, "pipeline", this.#defaultProject());
    if (preview) {
      await this.#preview.update(request, place);
      return this.#plannedState(inputs);
    }
    const deadline = new Deadline("update", request.timeoutSeconds);
    const { api } = this.connection();
    await this.connection().requireSameCluster(oldState, `pipeline ${formatId(place)}`);
    const clusterId = await this.connection().clusterId();
    let marks: ValueMap = { clusterId, ...keptMarks(oldState) };
    const live = await api.inspectPipeline(place);
    if (live === undefined || this.#mustSend(live, request, place)) {
      const own = await noteOwnBranches(api, inputs.spec ?? null, place, oldState);
      marks = { clusterId, ...own };
      await this.#sendUpdate(place, request, deadline, live, marks);
      if (live !== undefined && hasTrigger(liveSpec(live), place.project)) {
        const traces = { specs: [liveSpec(live)], state: marks };
        await this.#deleteLeftBranches(place, traces, deadline, urn);
      }
    }
    if (live?.stopped) {
      await this.log.log(
        "warning",
        `pipeline ${formatId(place)} is stopped and stays so; to start it: ` +
          `pachctl start pipeline ${place.name} --project ${place.project}`,
        urn,
      );
    }
    return await this.#awaitReady(place, request, deadline, marks);
  }

  async delete({ id, urn, inputs, state, timeoutSeconds }: DeleteRequest): Promise<void> {
    const deadline = new Deadline("delete", timeoutSeconds);
    const connection = this.connection();
    const place = parseId(id, "pipeline", connection.settings.project);
    await deleteHere(connection, `pipeline ${formatId(place)}`, state, async () => {
      const live = await deletePipeline(connection.api, place, {
        keepRepo: flag(inputs.keepRepoOnDelete),
        force: flag(inputs.forceDelete),
        deadline,
      });
      const specs = [inputs.spec ?? null, ...(live === undefined ? [] : [liveSpec(live)])];
      await this.#deleteLeftBranches(place, { specs, state }, deadline, urn);
    });
  }

  /** The pipeline is changed or gone by now, so a refusal is told, and fails nothing. */
  async #deleteLeftBranches(
    place: Place,
    traces: TriggerTraces,
    deadline: Deadline,
    urn: string,
  ): Promise<void> {
    const tell = (severity: "info" | "warning", message: string) =>
      this.log.log(severity, message, urn);
    try {
      await deleteLeftBranches(this.connection().api, place, traces, deadline, tell);
    } catch (error) {
      await tell(
        "warning",
        `could not look for branches that triggers of pipeline ${formatId(place)} left: ` +
          `${(error as Error).message}`,
      );
    }
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
    return !isSettled(unsettledOf(oldState, live));
  }

  async #sendUpdate(
    place: Place,
    request: UpdateRequest,
    deadline: Deadline,
    live: PipelineInfo | undefined,
    marks: ValueMap,
  ): Promise<void> {
    const { inputs, oldInputs, oldState } = request;
    const { api } = this.connection();
    const version = Number(live?.version ?? 0);
    const reprocess =
      reprocesses(oldInputs, inputs) ||
      (live !== undefined && unsettledOf(oldState, live).unsettledReprocess === true);
    const options = live === undefined ? {} : { update: true, reprocess };
    try {
      await this.#send(place, request, options, deadline, async () => {
        const now = await api.inspectPipeline(place);
        return (
          now !== undefined && Number(now.version) > version && this.#isLive(now, inputs, place)
        );
      });
    } catch (error) {
      if (error instanceof OutcomeUnclear) {
        const unsettled = { unsettledVersion: version, unsettledReprocess: reprocess };
        const state = { ...this.#knownState(inputs, marks), ...unsettled };
        throw initFailed(place, state, error.message);
      }
      throw explain(error, place);
    }
  }

  async #send(
    place: Place,
    { inputs, urn }: CreateRequest | UpdateRequest,
    options: { update?: boolean; reprocess?: boolean },
    deadline: Deadline,
    isDone: () => Promise<boolean>,
  ): Promise<void> {
    const spec = inputs.spec ?? null;
    if (containsSecret(spec)) throw new Error("spec: holds a secret, which is never sent");
    const json = toRequestJson(spec, { project: place.project });
    const { api } = this.connection();
    await settle(
      api.client.patienceMs,
      () =>
        sendWithBranches(
          api,
          () => api.createPipeline(json, options, { deadline }),
          deadline,
          (message) => this.log.log("info", message, urn),
        ),
      isDone,
    );
  }

  /**
   * Waits for the workers where asked to, and returns the state. The change was made by now, so any
   * failure keeps the resource with its new inputs: the next update must not send it again.
   */
  async #awaitReady(
    place: Place,
    { inputs, signal }: CreateRequest | UpdateRequest,
    deadline: Deadline,
    marks: ValueMap,
  ): Promise<ValueMap> {
    const timeoutSeconds = deadline.leftMs() / 1000;
    const known = this.#knownState(inputs, marks);
    const { pipeline, problem } = await this.#look(place, inputs, { timeoutSeconds, signal }).catch(
      (error: Error) => ({ pipeline: undefined, problem: error.message }),
    );
    const state = pipeline === undefined ? known : { ...known, ...liveState(pipeline, place) };
    if (problem !== undefined) throw initFailed(place, state, problem);
    return state;
  }

  async #look(place: Place, inputs: ValueMap, options: ReadyOptions): Promise<Readiness> {
    const { api } = this.connection();
    if (awaitsReady(inputs)) return await waitUntilReady(api, place, options);
    const pipeline = await api.inspectPipeline(place);
    return { pipeline, problem: pipeline === undefined ? "was deleted meanwhile" : undefined };
  }

  /** Whether the pipeline's spec on the server is the one of the inputs. */
  #isLive(live: PipelineInfo, inputs: ValueMap, { project }: Place): boolean {
    return specsEqual(liveSpec(live), inputs.spec ?? null, { project });
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

  /** What is known of a pipeline without another look, with the provider's own marks. */
  #knownState(inputs: ValueMap, marks: ValueMap): ValueMap {
    const planned = Object.entries(this.#plannedState(inputs));
    return { ...Object.fromEntries(planned.filter(([, value]) => !isUnknown(value))), ...marks };
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
