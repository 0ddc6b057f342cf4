import { createHash } from "node:crypto";
import type { Work } from "../call";
import type { Datum, DatumFile } from "../datums/datum";
import { datumsOf } from "../datums/input-datums";
import { projectOf, repoView } from "../names";
import { getBranch, hasBranch } from "../pfs/branch-records";
import { commitOf } from "../pfs/find-commit";
import { notFound, refusal, required } from "../rpc-error";
import type { CommitRecord, DatumRecord, JobRecord } from "../store/records";
import { phaseAt, timestamp } from "../timeline";
import { datumFiles } from "./job-run";
import { datumStats, doneBy, jobName, statsOf } from "./job-view";
import { TERMINAL } from "./jobs";
import { findJob, type JobName } from "./list-jobs";
import { type Input, inputTree, type PfsInput } from "./spec";

export interface ListDatumRequest {
  readonly job: JobName | null;
  readonly input: Input | null;
  readonly filter: { readonly state: readonly string[] } | null;
  /** The maximum number; 0: all. */
  readonly number: string;
  readonly reverse: boolean;
  /** The id to start after. */
  readonly paginationMarker: string;
}

interface DatumView {
  readonly datum: { readonly id: string };
  readonly state: string;
}

/** By id: the datums that a job has finished, or those that a job would have for an input. */
export function listDatums(work: Work, request: ListDatumRequest): DatumView[] {
  const { job, input, filter, reverse, paginationMarker: marker, number } = request;
  if (job !== null && input !== null) throw refusal("cannot specify both job and input");
  const datums = input !== null ? ofInput(work, input) : ofJob(work, job);
  const states = filter?.state ?? [];
  const views = datums
    .filter(({ state }) => states.length === 0 || states.includes(state))
    .sort((one, other) => (one.datum.id < other.datum.id ? -1 : 1));
  if (reverse) views.reverse();
  const isAfter = (id: string) => (reverse ? id < marker : id > marker);
  const page = views.filter(({ datum }) => marker === "" || isAfter(datum.id));
  return number === "0" ? page : page.slice(0, Number(number));
}

function ofJob(work: Work, name: JobName | null): DatumView[] {
  if (name === null) throw refusal("must specify a job");
  const job = findJob(work, name, "ListDatumRequest.Job");
  return recordsOf(work, job).map((datum) => jobDatum(work, job, datum));
}

/** A running job lists the datums that it has finished, a finished job those in its meta commit. */
function recordsOf(work: Work, job: JobRecord): readonly DatumRecord[] {
  const { state } = phaseAt(job.timeline, work.now);
  const isWhole = TERMINAL.has(state) && state !== "JOB_KILLED";
  return isWhole ? (job.run?.datums ?? []) : doneBy(job, work.now);
}

export function inspectDatum(
  work: Work,
  request: { readonly datum: { readonly job: JobName | null; readonly id: string } | null },
): object {
  const { job: name, id } = required(request.datum, "InspectDatumRequest.Datum");
  const job = findJob(work, name, "InspectDatumRequest.Datum.Job");
  const datum = recordsOf(work, job).find((one) => one.id === id);
  if (datum === undefined) throw notFound(`datum ${id} not found in job ${job.id}`);
  const repo = repoView({ project: job.project, name: job.pipeline, type: "meta" });
  const commit = { repo, id: job.id, branch: { repo, name: job.outputBranch } };
  return {
    ...jobDatum(work, job, datum),
    pfsState: { commit, path: `/pfs/${id}`, datum: "" },
  };
}

/** A datum that was skipped names the job that processed it. */
function jobDatum(work: Work, job: JobRecord, datum: DatumRecord): DatumView {
  const key = `${job.project}/${job.pipeline}@${datum.job}`;
  const by = work.db.jobs.get(key) ?? job;
  const version = work.db.pipelineVersions.get(
    `${by.project}/${by.pipeline}@${by.pipelineVersion}`,
  );
  const { image = "" } = (version?.spec.transform ?? {}) as { readonly image?: string };
  const digest = createHash("sha256").update(image).digest("hex");
  return {
    datum: { job: jobName(by), id: datum.id },
    state: datum.job === job.id ? datum.state : "SKIPPED",
    stats: datumStats(datum),
    pfsState: null,
    data: datum.files.map(fileView),
    imageId: `docker-pullable://img@sha256:${digest}`,
  } as DatumView;
}

function ofInput(work: Work, input: Input): DatumView[] {
  if (inputTree(input).some(({ cron }) => cron))
    throw refusal(
      "can't list datums with a cron input, there will be no datums until the pipeline is created",
    );
  return datumsOf(input, (pfs) => datumFiles(work, named(pfs), headOf(work, named(pfs)))).map(
    inputDatum,
  );
}

function inputDatum({ id, files }: Datum): DatumView {
  return {
    datum: { job: null, id },
    state: "UNKNOWN",
    stats: statsOf(undefined),
    pfsState: null,
    data: files.map(fileView),
    imageId: "",
  } as DatumView;
}

/** An input with a spec's defaults. */
const named = (pfs: PfsInput): PfsInput => ({
  ...pfs,
  project: projectOf({ project: { name: pfs.project ?? "" } }),
  name: pfs.name || pfs.repo || "",
  branch: pfs.branch || "master",
});

function headOf(
  work: Work,
  { project, repo = "", branch = "", commit }: PfsInput,
): CommitRecord | undefined {
  const key = `${project}/${repo}`;
  if (commit) {
    const found = commitOf(work, key, commit) ?? commitOf(work, key, headId(work, key, branch));
    if (found !== undefined) return found;
  }
  return commitOf(work, key, headId(work, key, branch));
}

function headId(work: Work, key: string, branch: string): string {
  if (hasBranch(work, key, branch)) return getBranch(work, key, branch).head;
  throw refusal(missingBranch(work, key, branch));
}

/** With the version's message. */
function missingBranch(work: Work, key: string, branch: string): string {
  const [project, name] = key.split("/");
  const noBranch = `branch "${branch}" not found in repo ${key}`;
  const hasRepo = work.db.repos.has(key);
  if (work.settings.version.minor >= 12)
    return `pick commit tx: commit ${key}@ not found\n${hasRepo ? noBranch : `repo ${key} not found`}`;
  const causes = [
    ...(hasRepo ? [] : [`repo (id=0, project=${project}, name=${name}, type=user) not found`]),
    `branch (id=0, branch=${key}@${branch}) not found`,
    noBranch,
  ];
  return `inspect commitHandle: ${causes.join("\n")}`;
}

function fileView({ project, repo, commit, path, size, hash, committed }: DatumFile): object {
  const isFolder = path.endsWith("/");
  return {
    file: {
      commit: { repo: repoView({ project, name: repo, type: "user" }), id: commit, branch: null },
      path,
      datum: isFolder ? "" : "default",
    },
    fileType: isFolder ? "DIR" : "FILE",
    committed: timestamp(committed),
    sizeBytes: String(size),
    hash,
  };
}
