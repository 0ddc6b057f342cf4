import type { Work } from "../call";
import { type PipelineName, repoView } from "../names";
import type { JsonObject } from "../spec/json";
import { CreatePipelineRequest } from "../spec/messages";
import { populated } from "../spec/proto-json";
import type { DatumRecord, JobRecord } from "../store/records";
import { phaseAt, timestamp } from "../timeline";
import { mapPfs } from "./input-commits";
import { TERMINAL } from "./jobs";
import type { PipelineSpec } from "./spec";

export const jobName = (job: JobRecord): { pipeline: PipelineName; id: string } => ({
  pipeline: { project: { name: job.project }, name: job.pipeline },
  id: job.id,
});

/** The datums that a job has processed so far, or until it was killed. */
export function doneBy(job: JobRecord, now: number): readonly DatumRecord[] {
  const end = job.timeline.find(({ state }) => TERMINAL.has(state))?.at ?? now;
  const killed = job.timeline.some(({ state }) => state === "JOB_KILLED");
  const until = killed ? Math.min(now, end) : now;
  return (job.run?.processed ?? []).filter(({ endsAt }) => endsAt <= until);
}

export function jobView(work: Work, job: JobRecord, details: boolean): object {
  const { now } = work;
  const past = job.timeline.filter(({ at }) => at <= now);
  const started = past.find(({ state }) => !["JOB_CREATED", "JOB_STARTING"].includes(state));
  const finished = past.find(({ state }) => TERMINAL.has(state));
  const { state, reason } = phaseAt(job.timeline, now);
  const done = doneBy(job, now);
  const count = (of: DatumRecord["state"]) =>
    String(done.filter((datum) => datum.state === of).length);
  const run = started === undefined ? undefined : job.run;
  const skipsCounted = run !== undefined && run.skippedAt <= Math.min(now, finished?.at ?? now);
  const repo = repoView({ project: job.project, name: job.pipeline, type: "user" });
  return {
    job: jobName(job),
    pipelineVersion: String(job.pipelineVersion),
    outputCommit: { repo, id: job.id, branch: { repo, name: job.outputBranch } },
    restart: "0",
    dataProcessed: count("SUCCESS"),
    dataSkipped: String(skipsCounted ? run.skipped : 0),
    dataTotal: String(run?.total ?? 0),
    dataFailed: count("FAILED"),
    dataRecovered: count("RECOVERED"),
    stats: statsOf(run === undefined ? undefined : done),
    state,
    reason: reason ?? "",
    created: timestamp(job.timeline[0].at),
    started: started === undefined ? null : timestamp(started.at),
    finished: finished === undefined ? null : timestamp(finished.at),
    details: details ? detailsOf(work, job) : null,
    authToken: "",
  };
}

/** The sums over datums; none before a job runs. */
export function statsOf(datums: readonly DatumRecord[] | undefined): object {
  const spent = datums?.map(timesOf) ?? [];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const time = (key: keyof ReturnType<typeof timesOf>) =>
    datums === undefined ? null : duration(sum(spent.map((times) => times[key])));
  // what the code reads through S3 is not downloaded
  const bytes = ({ files }: DatumRecord) => sum(files.map(({ size, s3 }) => (s3 ? 0 : size)));
  return {
    downloadTime: time("download"),
    processTime: time("process"),
    uploadTime: time("upload"),
    downloadBytes: String(sum((datums ?? []).map(bytes))),
    uploadBytes: String(sum((datums ?? []).map(({ uploadBytes }) => uploadBytes))),
  };
}

/** A tenth of a datum's time is for the download of its files, and a tenth for the upload. */
function timesOf({ startsAt, endsAt, state }: DatumRecord) {
  const ms = endsAt - startsAt;
  return { download: ms / 10, process: ms * 0.8, upload: state === "SUCCESS" ? ms / 10 : 0 };
}

/** Of one datum: without an upload, the upload took no time. */
export const datumStats = (datum: DatumRecord) => ({
  ...statsOf([datum]),
  ...(datum.state !== "SUCCESS" && { uploadTime: null }),
});

/** As protojson prints it: a fraction of 3, 6 or 9 digits, none if it is zero. */
function duration(ms: number): string {
  const whole = Math.round(ms * 1000);
  const [seconds, micros] = [Math.floor(whole / 1e6), whole % 1e6];
  if (micros === 0) return `${seconds}s`;
  const digits = String(micros).padStart(6, "0");
  return `${seconds}.${digits.endsWith("000") ? digits.slice(0, 3) : digits}s`;
}

/** The fields of a CreatePipelineRequest that a job repeats. */
const SPEC_FIELDS = [
  "transform",
  "parallelismSpec",
  "egress",
  "service",
  "spout",
  "resourceRequests",
  "resourceLimits",
  "sidecarResourceLimits",
  "input",
  "datumSetSpec",
  "datumTimeout",
  "jobTimeout",
  "datumTries",
  "schedulingSpec",
  "podSpec",
  "podPatch",
  "sidecarResourceRequests",
] as const;

function detailsOf(work: Work, job: JobRecord): object {
  const key = `${job.project}/${job.pipeline}@${job.pipelineVersion}`;
  const version = work.db.pipelineVersions.get(key);
  const spec = { ...(version?.spec ?? {}) } as PipelineSpec;
  const input = spec.input && mapPfs(spec.input as object, (pfs) => ({ ...pfs, commit: job.id }));
  const full = populated(
    { ...spec, ...(input && { input }) } as JsonObject,
    CreatePipelineRequest,
    work.settings.version.minor,
  );
  return {
    ...Object.fromEntries(SPEC_FIELDS.map((field) => [field, full[field] ?? null])),
    workerStatus: workerStatus(work, job),
    salt: version?.salt ?? "",
  };
}

/** The state of each worker. */
function workerStatus(work: Work, job: JobRecord): object[] {
  if (phaseAt(job.timeline, work.now).state !== "JOB_RUNNING") return [];
  const at = (job.run?.processed ?? []).filter(
    ({ startsAt, endsAt }) => startsAt <= work.now && endsAt > work.now,
  );
  const name = `${job.project}-${job.pipeline}-v${job.pipelineVersion}`;
  return at.map(({ startsAt, files }, worker) => ({
    workerId: `${name}-${worker}`,
    jobId: job.id,
    datumStatus: {
      started: timestamp(startsAt),
      data: files.map(({ path, hash }) => ({ path, hash })),
    },
  }));
}
