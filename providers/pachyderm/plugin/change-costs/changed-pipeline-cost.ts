import type { ValueMap } from "../../../kit/values";
import { killedJobs } from "../../change-costs/estimate";
import type { PipelineCost, ReportedCategory } from "../../change-costs/report";
import type { ListedPipeline, ObjectRef } from "../api/api";
import type { JobInfo } from "../api/job-api";
import type { CostAccounts } from "./accounts";
import type { FailedLookups } from "./failed-lookups";
import type { Lookups } from "./lookups";
import { type Workload, workloadOf } from "./workload";

/** What is needed to look up and count costs. */
export interface CostSources {
  readonly lookups: Lookups;
  readonly accounts: CostAccounts;
  /** Whether the server hides what the token cannot read. */
  readonly hasAuth: boolean;
  readonly now: Date;
}

/** A change to one pipeline. */
export interface PipelineChange {
  readonly ref: ObjectRef;
  readonly urn: string | null;
  readonly category: ReportedCategory;
  readonly fields: PipelineCost["fields"];
  /** Why the category is higher than those of the fields, or uncertain. */
  readonly reason?: string;
  /** The new spec in canonical form. */
  readonly spec: ValueMap;
  /** Whether its input does not change. */
  readonly sameInput: boolean;
  readonly live: ListedPipeline | undefined;
  /** Whether it is stopped after the change. */
  readonly stopped: boolean;
}

/** What a change costs for the pipeline itself. */
export interface ChangedPipelineCost {
  readonly cost: PipelineCost;
  /** Its jobs, the newest first; undefined if they were not looked up. */
  readonly jobs: readonly JobInfo[] | undefined;
  /** Whether it gets new datums. */
  readonly grows: boolean;
}

/** The categories of changes that kill the pipeline's jobs. */
const KILLING: readonly ReportedCategory[] = [
  "stop",
  "restart",
  "difference",
  "rekeyed",
  "reprocess",
  "replaced",
  "delete",
];

const NO_WORK: Workload = { datums: null, bytes: null, time: null, unknown: [], grows: false };

export async function changedPipelineCost(
  change: PipelineChange,
  server: CostSources,
  failed: FailedLookups,
): Promise<ChangedPipelineCost> {
  const { ref, urn, category, fields, reason } = change;
  const { lookups, accounts, now } = server;
  const kills = KILLING.includes(category);
  const jobs =
    kills || category === "start" ? failed.foundOr(await lookups.jobs(ref), "the jobs") : undefined;
  const work = category === "delete" ? NO_WORK : await workloadOf({ ...change, jobs }, lookups);
  const unknown = [
    ...work.unknown,
    ...(kills && jobs === undefined ? ["which jobs it kills"] : []),
    ...(reason === undefined || category === "rekeyed" ? [] : [reason]),
  ];
  const { effect } = accounts.memberOf(ref) ?? {};
  const isAtWork = work.datums === null ? category !== "delete" : work.datums.processed > 0;
  const effects = [
    ...(effect !== undefined && isAtWork && category !== "create" ? [effect] : []),
    ...(work.note === undefined ? [] : [work.note]),
  ];
  const cost: PipelineCost = {
    project: ref.project,
    name: ref.name,
    urn,
    member: accounts.isDescribed ? true : null,
    category,
    fields,
    datums: work.datums,
    bytes: work.bytes,
    time: work.time,
    killedJobs: killedJobs(jobs ?? [], now),
    deletedBytes: null,
    because: [],
    effects,
    unknown,
  };
  return { cost, jobs, grows: work.grows };
}

/** The data that is deleted with a pipeline; null if the size is unknown. */
export async function deletedData(
  ref: ObjectRef,
  keepRepo: boolean,
  { lookups }: CostSources,
  failed: FailedLookups,
): Promise<Pick<PipelineCost, "deletedBytes">> {
  if (keepRepo) return { deletedBytes: 0 };
  const repo = failed.foundOr(await lookups.repo(ref), "the size of the repo");
  const size = repo?.details?.sizeBytes;
  return { deletedBytes: size === undefined ? null : Number(size) };
}
