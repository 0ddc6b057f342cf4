/** Warnings about surprising effects of a change. */
import { isMap, type Value, type ValueMap } from "../../kit/values";
import type { CategorizedChange } from "./categorize";
import { causesNoJob } from "./category";
import { hasCron } from "./datums";
import { egressTarget } from "./downstream";
import { hasPartedCommits } from "./predict";
import { isUnfinished, type JobRow } from "./rows";

/** A warning. Each topic is shown once, however many pipelines it applies to. */
export interface Trap {
  readonly topic: TrapTopic;
  readonly message: string;
}

export type TrapTopic =
  | "old results"
  | "failed job"
  | "failed head"
  | "recovered datums"
  | "duplicate path"
  | "missed ticks"
  | "ticks while stopped"
  | "tick repo"
  | "start makes jobs"
  | "egress repeats"
  | "egress retries"
  | "readers hang"
  | "refused delete"
  | "kept repo";

export interface TrapFacts {
  readonly change?: Pick<CategorizedChange, "category" | "fields">;
  /** The old and new spec in canonical form; a create or delete has only one. */
  readonly oldSpec?: ValueMap;
  readonly spec?: ValueMap;
  /** Whether the pipeline is stopped before the change. */
  readonly stopped?: boolean;
  /** The newest first. */
  readonly jobs?: readonly JobRow[];
  /** For a delete or replacement. */
  readonly deletion?: {
    readonly force: boolean;
    readonly keepRepo: boolean;
    /** The number of pipelines on the server that read the output and are not deleted. */
    readonly readers: number;
  };
  readonly now: Date;
}

/** The traps that apply to a change. */
export function trapsOf(facts: TrapFacts): Trap[] {
  return [
    ...codeTraps(facts),
    ...jobTraps(facts),
    ...cronTraps(facts),
    ...egressTraps(facts),
    ...deleteTraps(facts),
  ];
}

const CODE =
  /^spec\.transform(\.(image|cmd|stdin|env|errCmd|errStdin|workingDir|user|secrets)\b|$)/;

function codeTraps({ change, stopped }: TrapFacts): Trap[] {
  const traps: Trap[] = [];
  if (change === undefined || causesNoJob(change.category)) return traps;
  if (change.category === "restart" && change.fields.some(({ path }) => CODE.test(path))) {
    traps.push({
      topic: "old results",
      message:
        "the results of the old code are kept, and because no datum is processed, even broken code succeeds: " +
        "change `reprocess` to process the data with the new code",
    });
  }
  if (stopped) {
    traps.push({
      topic: "start makes jobs",
      message:
        "when a stopped pipeline starts, it runs a job for the data that it missed, and so do " +
        "all pipelines downstream",
    });
  }
  return traps;
}

function jobTraps({ change, jobs = [], spec }: TrapFacts): Trap[] {
  if (change === undefined || causesNoJob(change.category) || change.category === "replaced")
    return [];
  const traps: Trap[] = [];
  const newest = jobs.find((job) => !isUnfinished(job));
  const failed = newest?.state === "JOB_FAILURE" || newest?.state === "JOB_KILLED";
  if (newest !== undefined && failed) {
    const how = newest.state === "JOB_FAILURE" ? "failed" : "was killed";
    traps.push({
      topic: "failed job",
      message: `job ${newest.job.id} ${how}: the datums that it processed are processed again`,
    });
    traps.push({
      topic: "failed head",
      message:
        `the head of the output branch is the commit of job ${newest.job.id}, which ${how}: ` +
        "readers of the branch see incomplete results",
    });
  }
  if (newest !== undefined && Number(newest.dataRecovered ?? 0) > 0) {
    traps.push({
      topic: "recovered datums",
      message: "failed datums that errCmd recovered are retried in every job",
    });
  }
  const reprocessed = change.category === "reprocess" || spec?.reprocessSpec === "every_job";
  if (!reprocessed && jobs.some(hasPartedCommits)) {
    traps.push({
      topic: "duplicate path",
      message:
        "a job failed because two datums wrote the same path: updates may duplicate the contents of " +
        "files until all data is processed again; change `reprocess`",
    });
  }
  return traps;
}

function cronTraps({ change, oldSpec, spec, stopped, now }: TrapFacts): Trap[] {
  const traps: Trap[] = [];
  const before = cronInputs(oldSpec?.input);
  const after = cronInputs(spec?.input);
  const isNew = (cron: ValueMap) =>
    !before.some(({ name, start }) => name === cron.name && start === cron.start);
  const past = after.find(
    (cron) =>
      isNew(cron) && typeof cron.start === "string" && Date.parse(cron.start) < now.getTime(),
  );
  if (past !== undefined) {
    traps.push({
      topic: "missed ticks",
      message:
        `cron ${String(past.name)} starts in the past (${String(past.start)}): Pachyderm immediately ` +
        "creates a commit and a job for every tick since then",
    });
  }
  if (stopped && hasCron(spec?.input) && change !== undefined && !causesNoJob(change.category)) {
    traps.push({
      topic: "ticks while stopped",
      message: "a stopped cron catches up on missed ticks when it starts, with one job for each",
    });
  }
  const gone = before.find(({ name }) => !after.some((cron) => cron.name === name));
  if (gone !== undefined && after.length > 0) {
    traps.push({
      topic: "tick repo",
      message:
        `cron ${String(gone.name)} is renamed or removed: its ticks are not carried over, the results ` +
        `based on them disappear, and repo ${String(gone.repo)} remains`,
    });
  }
  return traps;
}

function egressTraps({ change, oldSpec, spec }: TrapFacts): Trap[] {
  const target = egressTarget(isMap(spec?.egress) ? spec.egress : null);
  if (target === undefined || change === undefined || causesNoJob(change.category)) return [];
  const traps: Trap[] = [
    {
      topic: "egress repeats",
      message: `every job copies the whole output to ${target}, even a job that skips every datum`,
    },
  ];
  if (target !== egressTarget(isMap(oldSpec?.egress) ? oldSpec.egress : null)) {
    traps.push({
      topic: "egress retries",
      message: `if ${target} is not writable, the job retries indefinitely and never fails`,
    });
  }
  return traps;
}

function deleteTraps({ deletion }: TrapFacts): Trap[] {
  if (deletion === undefined) return [];
  const traps: Trap[] = [];
  if (deletion.readers > 0 && deletion.force) {
    traps.push({
      topic: "readers hang",
      message:
        "a forced delete removes an input of the pipelines that read the output: their next jobs " +
        "may hang, and so may jobs downstream",
    });
  }
  if (deletion.readers > 0 && !deletion.force) {
    traps.push({
      topic: "refused delete",
      message:
        "Pachyderm refuses to delete a pipeline whose output other pipelines read, but still kills " +
        "its job and leaves it paused: delete or change the readers first",
    });
  }
  if (deletion.keepRepo) {
    traps.push({
      topic: "kept repo",
      message: "no pipeline with this name can be created until the kept repo is deleted",
    });
  }
  return traps;
}

function cronInputs(input: Value | undefined): ValueMap[] {
  if (!isMap(input)) return [];
  return Object.entries(input).flatMap(([kind, value]) => {
    if (kind === "cron") return isMap(value) ? [value] : [];
    return Array.isArray(value) ? value.flatMap(cronInputs) : [];
  });
}
