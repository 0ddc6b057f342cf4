import assert from "node:assert/strict";
import { isMap, type ValueMap } from "../../providers/kit/values";
import { categorizeChange } from "../../providers/pachyderm/change-costs/categorize";
import type { ChangeCategory } from "../../providers/pachyderm/change-costs/category";
import {
  type Prediction,
  predict,
  predictDownstream,
} from "../../providers/pachyderm/change-costs/predict";
import { keptRepoRefusal } from "../../providers/pachyderm/change-costs/refusals";
import type { DatumRow, JobRow } from "../../providers/pachyderm/change-costs/rows";
import { diffInputs, refOf, refusedChange } from "../../providers/pachyderm/plugin/pipeline/inputs";
import { canonicalSpec } from "../../providers/pachyderm/spec/canonical";
import { JOBS_VERSIONS, type JobsStep, jobsRecording, rowsOf } from "../support/jobs-recording";

const OPTIONS = { project: "default" };

/** A change of the recording, the prediction, and what the server did. */
interface Replayed {
  readonly name: string;
  readonly category: ChangeCategory | "create";
  readonly prediction: Prediction;
  readonly status: number;
  /** The job that it caused, once finished. */
  readonly job: JobRow | undefined;
  readonly refusal: string | undefined;
}

interface LivePipeline {
  readonly spec: ValueMap;
  /** The jobs that the recording has listed since the last gap, the newest first. */
  jobs: JobRow[];
  /** Changes of any kind since jobs were last listed, which may have caused unlisted jobs. */
  unseen: number;
  version: number;
  stopped: boolean;
  datums: Map<string, DatumRow[]>;
}

/** Reads a recording step by step and predicts each change from the earlier responses only. */
class Replay {
  readonly found: Replayed[] = [];
  #pipelines = new Map<string, LivePipeline>();
  #repos = new Set<string>();
  /** Responses to ListDatum of an input since data last changed, by the input. */
  #inputs = new Map<string, DatumRow[]>();
  #section = "";

  constructor(private readonly steps: readonly JobsStep[]) {}

  run(): Replayed[] {
    this.steps.forEach((step, index) => {
      if (step.section !== this.#section) this.#reset(step.section);
      this.#see(step, index);
    });
    return this.found;
  }

  #reset(section: string): void {
    this.#section = section;
    this.#pipelines.clear();
    this.#repos.clear();
    this.#inputs.clear();
  }

  #see(step: JobsStep, index: number): void {
    const call = step.rpc.replace(/^.*\//, "");
    if (call === "CreatePipelineV2") this.#change(step, index);
    else if (call === "ListJob") this.#seeJobs(step);
    else if (call === "ListDatum") this.#seeDatums(step);
    else if (!/^(Inspect|List|Glob|Get|Walk|Pipelines|CreateRepo)/.test(call)) {
      this.#seeAction(call, step);
    }
  }

  #seeAction(call: string, step: JobsStep): void {
    this.#inputs.clear();
    for (const pipeline of this.#pipelines.values()) pipeline.unseen += 1;
    const name = pipelineOf(step);
    const pipeline = this.#pipelines.get(name);
    if (call === "StopPipeline" && pipeline) pipeline.stopped = true;
    if (call === "StartPipeline" && pipeline) pipeline.stopped = false;
    if (call === "DeletePipeline" && step.response.status === 200) {
      this.#pipelines.delete(name);
      if (step.request.keepRepo === true) this.#repos.add(name);
    }
    if (call === "DeleteRepo" && step.response.status === 200) this.#repos.clear();
  }

  #seeJobs(step: JobsStep): void {
    const { history, jqFilter, reverse, inputCommit } = step.request;
    const pipeline = this.#pipelines.get(pipelineOf(step));
    const rows = rowsOf<JobRow>(step);
    if (pipeline === undefined || rows === undefined || reverse || inputCommit) return;
    // only a list of all versions shows the newest job, and only without a filter
    if (history !== "-1" || jqFilter) return;
    const known = new Map([...rows, ...pipeline.jobs].map((job) => [job.job.id, job]));
    for (const row of rows) known.set(row.job.id, row);
    const isComplete = pipeline.unseen <= 1 || !("number" in step.request);
    const jobs = isComplete ? [...known.values()] : rows;
    pipeline.jobs = jobs.sort((a, b) => (a.created < b.created ? 1 : -1));
    pipeline.unseen = 0;
  }

  #seeDatums(step: JobsStep): void {
    const rows = rowsOf<DatumRow>(step);
    if (rows === undefined || "filter" in step.request || "number" in step.request) return;
    const { job, input, paginationMarker } = step.request;
    if (paginationMarker !== undefined) return;
    if (input !== undefined) this.#inputs.set(inputKey(input as ValueMap), rows);
    else if (job !== undefined) {
      const { id } = job as { id: string };
      this.#pipelines.get(pipelineOf({ ...step, request: job as ValueMap }))?.datums.set(id, rows);
    }
  }

  #change(step: JobsStep, index: number): void {
    const { update, reprocess } = step.request;
    const spec = JSON.parse(String(step.request.createPipelineRequestJson)) as ValueMap;
    const { project, name } = refOf({ spec }, "default");
    const id = `${String(project)}/${String(name)}`;
    const old = this.#pipelines.get(id);
    this.found.push({
      name: `${step.section}: ${step.step}`,
      status: step.response.status,
      job: this.#jobAfter(index, id),
      ...this.#predicted(spec, old, reprocess === true, id),
    });
    if (step.response.status !== 200) return;
    for (const pipeline of this.#pipelines.values()) pipeline.unseen += 1;
    this.#inputs.clear();
    const fresh = { jobs: [], unseen: 0, version: 0, stopped: false, datums: new Map() };
    const kept = update === true && old !== undefined ? old : fresh;
    this.#pipelines.set(id, { ...kept, spec, version: kept.version + 1, unseen: kept.unseen });
  }

  #predicted(
    spec: ValueMap,
    old: LivePipeline | undefined,
    reprocess: boolean,
    id: string,
  ): Pick<Replayed, "category" | "prediction" | "refusal"> {
    const canonical = canonicalMap(spec);
    const after = this.#inputs.get(inputKey(canonical.input as ValueMap));
    if (old === undefined) {
      const [project = "", name = ""] = id.split("/");
      const live = { pipeline: false, repo: this.#repos.has(id) };
      return {
        category: "create",
        prediction: predict({ category: "create", spec: canonical, ...(after && { after }) }),
        refusal: keptRepoRefusal({ project, name }, live),
      };
    }
    const oldInputs = { spec: old.spec, reprocess: "1" };
    const inputs = { spec, reprocess: reprocess ? "2" : "1" };
    const ref = refOf(inputs, "default");
    const changes = diffInputs(oldInputs, inputs, { before: ref, after: ref });
    const { category } = categorizeChange(changes, oldInputs, inputs, OPTIONS);
    const jobs = old.unseen > 0 && !old.stopped ? undefined : old.jobs;
    const success = jobs?.find(({ state }) => state === "JOB_SUCCESS");
    const isComplete =
      jobs !== undefined && jobs.length >= 1 && old.jobs.at(-1)?.pipelineVersion === "1";
    const before = success && old.datums.get(success.job.id);
    return {
      category,
      refusal: refusedChange(oldInputs, inputs, "default"),
      prediction: predict({
        // the recording also sends what the provider would not send
        category: category === "none" ? "restart" : category,
        spec: canonical,
        stopped: old.stopped,
        version: String(old.version),
        sameInput: !changes.some(({ path }) => path[1] === "input"),
        ...(jobs && { jobs }),
        ...(jobs && success === undefined && isComplete && { lastSuccess: null }),
        ...(before && { before }),
        ...(after && { after }),
      }),
    };
  }

  /** The job that a change caused, if it is listed as finished before anything else changes. */
  #jobAfter(index: number, id: string): JobRow | undefined {
    for (const step of this.steps.slice(index + 1)) {
      const call = step.rpc.replace(/^.*\//, "");
      if (/^(Create|Modify|Start|Stop|Delete|Run)/.test(call)) return undefined;
      if (call !== "ListJob" || pipelineOf(step) !== id) continue;
      const newest = rowsOf<JobRow>(step)?.[0];
      return newest?.state === "JOB_SUCCESS" || newest?.state === "JOB_FAILURE"
        ? newest
        : undefined;
    }
    return undefined;
  }
}

function pipelineOf({ request }: Pick<JobsStep, "request">): string {
  const { pipeline } = request as { pipeline?: { project?: { name: string }; name: string } };
  return `${pipeline?.project?.name ?? "default"}/${pipeline?.name ?? ""}`;
}

function canonicalMap(spec: ValueMap): ValueMap {
  const canonical = canonicalSpec(spec, OPTIONS);
  return isMap(canonical) ? canonical : {};
}

/** The same key for every spelling of an input. */
function inputKey(input: ValueMap | undefined): string {
  return JSON.stringify(canonicalMap({ pipeline: { name: "p" }, input: input ?? {} }).input);
}

function isDecided({ prediction, job, status }: Replayed): boolean {
  return status === 200 && job !== undefined && !("unknown" in prediction);
}

/** What a job did, including failed attempts: a datum that failed was processed as well. */
function outcomeOf(job: JobRow & { dataFailed?: string }): {
  tried: number;
  skipped: number;
  total: number;
} {
  const numbers = [job.dataProcessed, job.dataFailed, job.dataRecovered].map((count) =>
    Number(count),
  );
  return {
    tried: numbers.reduce((sum, count) => sum + count, 0),
    skipped: Number(job.dataSkipped),
    total: Number(job.dataTotal),
  };
}

/** The number of changes with a finished job, and how many of these jobs are predicted. */
const MADE = 181;
const DECIDED = 137;
/** The number of predicted jobs downstream of a change, and how many of them process nothing. */
const DOWNSTREAM = [14, 6];

/** Changes with all lists of datums in the recording: processed, total, vanishing. */
const COUNTED: Record<string, unknown> = {
  "prediction: p: unchanged update": [0, 4, 0],
  "prediction: p: glob /[abc]": [0, 3, 1],
  "prediction: p: cross": [8, 8, 4],
  "prediction: p: unchanged update after a failed job": [1, 4, 0],
};

/** The category of changes by the step that shows it. */
const CATEGORIES: Record<string, ChangeCategory> = {
  "update in place: unchanged update": "none",
  ...all("update in place: update of ", "restart", [
    "image",
    "cmd",
    "stdin",
    "env",
    "working dir",
    "user",
    "err cmd",
    "description",
    "parallelism",
    "resource requests",
    "resource limits",
    "sidecar resource requests",
    "datum tries",
    "datum timeout",
    "job timeout",
    "metadata",
    "pod patch",
    "scheduling",
    "tolerations",
    "datum set spec",
    "salt",
    "autoscaling",
  ]),
  "update in place: update with reprocess": "reprocess",
  "update in place: update to reprocessSpec every_job": "rekeyed",
  "update in place: back to until_success": "restart",
  "update in place: update of output branch": "refused",
  "downstream: a: output branch changed": "refused",
  ...all("update of input: ", "rekeyed", [
    "input repo changed, same name and same files",
    "input repo back",
    "input branch changed, same files",
    "input branch back",
    "input name changed",
    "glob /* to /",
    "glob / to /*",
    "cross added",
    "cross order changed",
    "cross removed",
    "input with s3",
    "input s3 off",
    "join added",
  ]),
  ...all("update of input: ", "difference", [
    "glob /* to /[ab] (fewer files)",
    "glob /[ab] to /* (one more file)",
    "union with another repo",
    "union removed",
    "join to outer join",
    "group",
  ]),
  ...all("update of input: ", "restart", ["lazy", "lazy off", "empty files", "empty files off"]),
  ...all("cross join: x: ", "rekeyed", [
    "cross added, three by two",
    "cross order changed",
    "third input crossed",
    "cross to union",
    "every_job on",
  ]),
  "cross join: x: union order changed": "none",
  "cron: cron: renamed input": "rekeyed",
  "s3: s3out off": "restart",
  "egress: e: egress changed": "restart",
  "prediction: p: join": "difference",
};

function all(
  start: string,
  category: ChangeCategory,
  names: readonly string[],
): Record<string, ChangeCategory> {
  return Object.fromEntries(names.map((name) => [`${start}${name}`, category]));
}

for (const version of JOBS_VERSIONS) {
  describe(`The costs of changes, against recorded jobs of Pachyderm ${version}`, () => {
    let changes: Replayed[];
    before(() => {
      changes = new Replay(jobsRecording(version)).run();
    });

    it("match what the server did, wherever they are predicted", () => {
      for (const change of changes.filter(isDecided)) {
        const { prediction, job, name } = change;
        if (job === undefined || "unknown" in prediction) continue;
        const { tried, skipped, total } = outcomeOf(job);
        if (prediction.note?.includes("stopped")) continue;
        if (prediction.extent === "everything") assert.equal(skipped, 0, name);
        if (prediction.extent === "nothing") assert.equal(tried, 0, name);
        if (prediction.total !== undefined) assert.equal(total, prediction.total, `${name}: total`);
        if (prediction.processed !== undefined && job.state === "JOB_SUCCESS") {
          assert.equal(tried, prediction.processed, `${name}: processed`);
        }
      }
    });

    it("are predicted for most changes, and unknown with a reason for the rest", () => {
      const made = changes.filter(({ status, job }) => status === 200 && job !== undefined);
      assert.equal(made.length, MADE);
      assert.equal(made.filter(isDecided).length, DECIDED);
      for (const { prediction, name } of made.filter((change) => !isDecided(change))) {
        assert.ok("unknown" in prediction && prediction.unknown.length > 20, name);
      }
    });

    it("are exact with lists of datums", () => {
      const counted = changes.filter(({ name }) => name in COUNTED);
      assert.deepEqual(
        Object.fromEntries(counted.map(({ name, prediction }) => [name, countsOf(prediction)])),
        COUNTED,
      );
    });

    it("have the category that the server's response shows", () => {
      const found = changes.filter(({ name }) => name in CATEGORIES);
      assert.deepEqual(
        Object.fromEntries(found.map(({ name, category }) => [name, category])),
        CATEGORIES,
      );
    });

    it("are zero downstream if that is predicted, and never more than predicted", () => {
      const steps = jobsRecording(version).filter(({ section }) => section === "downstream");
      let decided = 0;
      let idle = 0;
      for (const reader of ["b", "whole"]) {
        const lists = steps.filter(({ step }) => step.endsWith(`: newest job of ${reader}`));
        for (const [index, step] of lists.entries()) {
          const name = step.step.replace(/: newest job of .*/, "");
          const change = changes.find((one) => one.name === `downstream: ${name}`);
          const [newest] = rowsOf<JobRow>(step) ?? [];
          const before = index === 0 ? undefined : rowsOf<JobRow>(lists[index - 1] as JobsStep);
          const isUpstream = name.startsWith("a: ") && change?.job?.state === "JOB_SUCCESS";
          if (!isUpstream || before === undefined || newest?.state !== "JOB_SUCCESS") continue;
          const { prediction } = change;
          const upstream = "unknown" in prediction ? {} : prediction;
          const found = predictDownstream([upstream], { spec: {}, jobs: before });
          if ("unknown" in found) continue;
          decided += 1;
          const { tried } = outcomeOf(newest);
          assert.ok(tried <= (found.processed ?? 0), `${step.step}: ${tried}`);
          if (found.extent === "nothing") idle += 1;
          else assert.ok(found.upTo);
        }
      }
      assert.deepEqual([decided, idle], DOWNSTREAM);
    });

    it("are refused for exactly the changes that the server refuses", () => {
      for (const { name, status, refusal } of changes) {
        assert.equal(refusal !== undefined, status === 500, `${name}: ${refusal}`);
      }
      assert.equal(changes.filter(({ status }) => status === 500).length, 4);
    });
  });
}

function countsOf(prediction: Prediction): unknown {
  if ("unknown" in prediction) return prediction.unknown;
  return [prediction.processed, prediction.total, prediction.vanishing];
}
