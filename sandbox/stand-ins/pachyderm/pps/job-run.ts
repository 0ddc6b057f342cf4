import type { Work } from "../call";
import { compareDatums } from "../datums/compare";
import { type Datum, type DatumFile, datumHash } from "../datums/datum";
import { datumsOf, type FindFiles } from "../datums/input-datums";
import { branchKey } from "../names";
import { byPath, contentOf, entriesOf } from "../pfs/files";
import { commitOf } from "../pfs/find-commit";
import { withContent } from "../pfs/modify-file";
import { duplicatePath } from "../pfs/read-files";
import type { CommitRecord, DatumRecord, FileRecord, JobRecord, JobRun } from "../store/records";
import { phaseAt } from "../timeline";
import { jobsOf } from "./jobs";
import { inputOf, inputRepo, type PfsInput, type PipelineSpec, workersOf } from "./spec";
import { type DatumOutcome, processDatum } from "./user-code";

/** The outcome of a job that starts to run, and of the commit that it writes. */
export interface PlannedRun {
  readonly run: JobRun;
  /** When its last datum finishes. */
  readonly endsAt: number;
  readonly files: readonly FileRecord[];
  /** Why it fails, if it does. */
  readonly failure: string | undefined;
}

/** @param work at the time when the job starts to run. */
export function planRun(work: Work, job: JobRecord, spec: PipelineSpec): PlannedRun {
  const key = `${job.project}/${job.pipeline}`;
  const salt = work.db.pipelineVersions.get(`${key}@${job.pipelineVersion}`)?.salt ?? "";
  const commit = work.db.commits.get(`${key}@${job.id}`);
  const datums = datumsOf(inputOf(spec) ?? {}, filesIn(work, commit));
  const before = ancestors(work, job);
  const compared = compareDatums(datums, before.base, {
    salt,
    noSkip: spec.reprocessSpec === "every_job" || spec.s3Out === true,
  });
  const outcomes = compared.process.map((datum) => ({
    datum,
    outcome: processDatum(work, { pipeline: key, spec, job: job.id }, datum, mount(work, datum)),
  }));
  const { processed, endsAt } = schedule(work, outcomes, { job: job.id, salt, spec });
  const removed = new Set(compared.removed.map(({ id }) => id));
  const files = written(work, before.files, compared.removed, outcomes, spec.s3Out === true);
  const failed = processed.find(({ state }) => state === "FAILED");
  const failure = failed ? `datum ${failed.id} failed` : duplicates(files);
  const run: JobRun = {
    total: datums.length,
    processed,
    skipped: compared.skipped.length,
    skippedAt: lastParallel(processed, compared.removed) ?? work.now,
    datums: [...before.meta.filter(({ id }) => !removed.has(id)), ...processed].sort(
      (one, other) => (one.id < other.id ? -1 : 1),
    ),
    metaIsGood: failed === undefined,
  };
  return { run, endsAt, files, failure };
}

/** Skipped datums are counted after those that are not in the base. */
function lastParallel(
  processed: readonly DatumRecord[],
  base: readonly DatumRecord[],
): number | undefined {
  const known = new Set(base.map(({ id }) => id));
  return processed.findLast(({ id }) => !known.has(id))?.endsAt;
}

/**
 * A job compares its datums with those of the newest successful ancestor. Its commits continue the
 * newest ones without an error, which may differ: after "duplicate path" only the output has one.
 */
function ancestors(work: Work, job: JobRecord) {
  const key = `${job.project}/${job.pipeline}`;
  const jobs = jobsOf(work, key);
  const older = jobs.slice(
    0,
    jobs.findIndex(({ id }) => id === job.id),
  );
  const succeeded = (one: JobRecord) => phaseAt(one.timeline, work.now).state === "JOB_SUCCESS";
  const base = older.findLast(succeeded);
  const meta = older.findLast(({ run }) => run?.metaIsGood);
  const output = base && work.db.commits.get(`${key}@${base.id}`);
  return {
    base: base?.run?.datums ?? [],
    meta: meta?.run?.datums ?? [],
    files: output?.files ?? [],
  };
}

/** Finds the files of inputs in the commits that a job was created for. */
function filesIn(work: Work, job: CommitRecord | undefined): FindFiles {
  return (pfs) => {
    const branch = branchKey(inputRepo(pfs), pfs.branch ?? "master");
    const id = pfs.commit || (job?.sources?.[branch] ?? "");
    return datumFiles(work, pfs, commitOf(work, inputRepo(pfs), id));
  };
}

/** The files and folders of a commit as parts of an input's datums. */
export function datumFiles(
  work: Work,
  pfs: PfsInput,
  commit: CommitRecord | undefined,
): DatumFile[] {
  if (commit === undefined) return [];
  const { project = "", repo = "", branch = "master", s3 = false } = pfs;
  const common = { project, repo, branch, commit: commit.id, s3, name: pfs.name || repo };
  const committed = commit.finishingAt ?? commit.startedAt ?? work.now;
  return entriesOf(commit.files ?? []).map(({ path, size, hash }) => ({
    ...common,
    path,
    size,
    hash,
    committed,
  }));
}

/** The contents of a datum's files by the path where the code reads them. */
function mount(work: Work, { files }: Datum): Map<string, Buffer> {
  const mounted = new Map<string, Buffer>();
  for (const { s3, name, project, repo, commit, path } of files) {
    if (s3) continue;
    const record = work.db.commits.get(`${project}/${repo}@${commit}`);
    for (const file of record?.files ?? [])
      if (path.endsWith("/") ? file.path.startsWith(path) : file.path === path)
        mounted.set(`/pfs/${name}${file.path}`, contentOf(work, file));
  }
  return mounted;
}

interface Ran {
  readonly datum: Datum;
  readonly outcome: DatumOutcome;
}

/** Each worker takes the next datum when it has finished one. */
function schedule(
  work: Work,
  ran: readonly Ran[],
  { job, salt, spec }: { readonly job: string; readonly salt: string; readonly spec: PipelineSpec },
): { readonly processed: DatumRecord[]; readonly endsAt: number } {
  const workers = Array.from({ length: workersOf(spec) || 1 }, () => work.now);
  const least =
    (work.settings.delays.jobMs * 0.8) / Math.max(1, Math.ceil(ran.length / workers.length));
  const processed = ran.map(({ datum, outcome }): DatumRecord => {
    const free = workers.indexOf(Math.min(...workers));
    const startsAt = workers[free] ?? work.now;
    const endsAt = startsAt + least + outcome.seconds * 1000;
    workers[free] = endsAt;
    const contents = [...outcome.outputs.values()];
    return {
      id: datum.id,
      hash: datumHash(datum, salt),
      state: outcome.state,
      job,
      files: datum.files,
      startsAt,
      endsAt,
      outputs: [...outcome.outputs.keys()],
      // the worker does not upload what the code writes through S3
      uploadBytes: spec.s3Out ? 0 : contents.reduce((sum, { length }) => sum + length, 0),
    };
  });
  return { processed, endsAt: Math.max(...workers, work.now + work.settings.delays.jobMs * 0.8) };
}

/** The files of the commit: the earlier ones without the output of removed datums, and the new ones. */
function written(
  work: Work,
  before: readonly FileRecord[],
  removed: readonly DatumRecord[],
  ran: readonly Ran[],
  s3Out: boolean,
): FileRecord[] {
  const gone = new Set(
    removed.flatMap(({ id, outputs }) => outputs.map((path) => `${id} ${path}`)),
  );
  const kept = s3Out ? [] : before.filter(({ datum, path }) => !gone.has(`${datum} ${path}`));
  return ran
    .flatMap(({ datum, outcome }) =>
      [...outcome.outputs].map(([path, content]) => ({ path, content, datum: datum.id })),
    )
    .reduce<FileRecord[]>(
      (files, { path, content, datum }) =>
        withContent(work, files, path, s3Out ? "default" : datum, content),
      kept,
    )
    .sort(byPath);
}

function duplicates(files: readonly FileRecord[]): string | undefined {
  const at = files.findIndex(({ path }, index) => files[index - 1]?.path === path);
  const second = files[at];
  return second && duplicatePath(second.path, files[at - 1]?.datum, second.datum);
}
