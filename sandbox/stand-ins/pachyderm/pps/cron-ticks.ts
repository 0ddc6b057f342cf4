import type { Work } from "../call";
import { branchKey, type PipelineName, pipelineKey } from "../names";
import { getBranch, hasBranch } from "../pfs/branch-records";
import { finishedCommit, openCommit } from "../pfs/commits";
import { byPath } from "../pfs/files";
import { withContent } from "../pfs/modify-file";
import { required } from "../rpc-error";
import type { PipelineRecord } from "../store/records";
import { timestamp } from "../timeline";
import { nextTime } from "./cron";
import { propagate } from "./jobs";
import { currentVersion, getPipeline } from "./pipeline-view";
import { type CronInput, inputOf, inputTree, type PipelineSpec } from "./spec";

/** The next tick of a running pipeline; missed ticks come first. */
export function nextTick(
  work: Work,
  pipeline: PipelineRecord,
): { readonly at: number; readonly cron: CronInput } | undefined {
  const settled = pipeline.timeline.at(-1) ?? pipeline.timeline[0];
  if (pipeline.stopped || settled.state === "PIPELINE_FAILURE") return undefined;
  const ticks = cronsOf(work, pipeline).flatMap((cron) => {
    const after = nextTime(cron.spec ?? "", latestTick(work, cron));
    // the pipeline catches up on a missed tick when it runs
    return after === undefined ? [] : [{ at: Math.max(after, settled.at), cron }];
  });
  const [first] = ticks.sort((one, other) => one.at - other.at);
  return first && { at: first.at, cron: first.cron };
}

function cronsOf(work: Work, pipeline: PipelineRecord): CronInput[] {
  const spec = currentVersion(work, pipeline).spec as PipelineSpec;
  return inputTree(inputOf(spec)).flatMap(({ cron }) => (cron ? [cron] : []));
}

function latestTick(work: Work, cron: CronInput): number {
  const repo = `${cron.project}/${cron.repo}`;
  const start = Date.parse(cron.start ?? "");
  if (!hasBranch(work, repo, "master")) return start;
  const head = work.db.commits.get(`${repo}@${getBranch(work, repo, "master").head}`);
  const times = (head?.files ?? []).map(({ path }) => Date.parse(path.slice(1)));
  return Math.max(start, ...times);
}

/** A commit with an empty file whose name is the time. */
export function tick(work: Work, cron: CronInput, at: number): void {
  const repo = `${cron.project}/${cron.repo}`;
  const due = nextTime(cron.spec ?? "", latestTick(work, cron)) ?? at;
  addTick(work, cron, repo, due);
}

function addTick(work: Work, cron: CronInput, repo: string, time: number): void {
  const commit = openCommit(work, repo, "master");
  const name = `/${timestamp(Math.floor(time / 1000) * 1000)}`;
  const before = cron.overwrite ? [] : (commit.files ?? []);
  const files = withContent(work, before, name, "default", Buffer.alloc(0)).sort(byPath);
  work.db.commits.put(`${repo}@${commit.id}`, finishedCommit(work, { ...commit, files }));
  propagate(work, [branchKey(repo, "master")], commit.id);
}

/** A tick of every cron input, now. */
export function runCron(work: Work, request: { readonly pipeline: PipelineName | null }): void {
  const pipeline = getPipeline(
    work,
    pipelineKey(required(request.pipeline, "RunCronRequest.Pipeline")),
  );
  for (const cron of cronsOf(work, pipeline))
    addTick(work, cron, `${cron.project}/${cron.repo}`, work.now);
}
