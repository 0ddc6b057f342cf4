import { authorize, bindRoles, repoResource } from "../auth/authorize";
import type { Call, Work } from "../call";
import { type PipelineName, pipelineKey } from "../names";
import { getRepo } from "../pfs/repo-records";
import { dropRepo, refuseIfBranchUsed } from "../pfs/repos";
import { refusal, required, wrapped } from "../rpc-error";
import { startWork } from "./create-pipeline";
import { killedBy, killJobs } from "./jobs";
import { restartingTimeline, stoppingTimeline } from "./lifecycle";
import { currentVersion, getPipeline } from "./pipeline-view";
import { inputBranches, inputOf, inputTree, type PipelineSpec } from "./spec";
import { workersOutcome } from "./workers";

export interface StartPipelineRequest {
  readonly pipeline: PipelineName | null;
}

export interface StopPipelineRequest {
  readonly pipeline: PipelineName | null;
  readonly mustExist: boolean;
}

export interface DeletePipelineRequest {
  readonly pipeline: PipelineName | null;
  readonly force: boolean;
  readonly keepRepo: boolean;
  readonly mustExist: boolean;
}

export function startPipeline(work: Work, request: StartPipelineRequest): void {
  const key = pipelineKey(required(request.pipeline, "StartPipelineRequest.Pipeline"));
  const pipeline = getPipeline(work, key);
  authorize(work, "REPO_WRITE", repoResource(key));
  if (!pipeline.stopped) return;
  const spec = currentVersion(work, pipeline).spec as PipelineSpec;
  const outcome = workersOutcome(key, pipeline.version, spec);
  const started = {
    ...pipeline,
    stopped: false,
    provenance: inputBranches(spec),
    timeline: restartingTimeline(work, pipeline, outcome),
  };
  work.db.pipelines.put(key, started);
  startWork(work, started, spec);
}

export function stopPipeline(work: Work, request: StopPipelineRequest): void {
  const key = pipelineKey(required(request.pipeline, "StopPipelineRequest.Pipeline"));
  if (!request.mustExist && !work.db.pipelines.has(key)) return;
  stop(work, key);
}

/**
 * While it is stopped, its output branch has no provenance, so upstream changes do not create jobs.
 */
function stop(work: Work, key: string): void {
  const pipeline = getPipeline(work, key);
  authorize(work, "REPO_WRITE", repoResource(key));
  if (pipeline.stopped) return;
  killJobs(work, key, killedBy(work, "stopped"));
  work.db.pipelines.put(key, {
    ...pipeline,
    stopped: true,
    provenance: [],
    timeline: stoppingTimeline(work, pipeline),
  });
}

/** Two transactions, as in pachd: when the second is refused, the pipeline stays stopped. */
export function deletePipeline(call: Call, request: DeletePipelineRequest): void {
  const key = stopToDelete(call, request);
  if (key === undefined) return;
  call.change((work) => remove(work, key, request));
}

/** The first of the two; returns the pipeline to delete, or undefined if it no longer exists. */
export function stopToDelete(call: Call, request: DeletePipelineRequest): string | undefined {
  const key = pipelineKey(required(request.pipeline, "DeletePipelineRequest.Pipeline"));
  if (!request.mustExist && call.view(({ db }) => !db.pipelines.has(key))) return undefined;
  call.change((work) => wrapped(`error stopping pipeline ${key}`, () => stop(work, key)));
  return key;
}

function remove(
  work: Work,
  key: string,
  { force, keepRepo }: Pick<DeletePipelineRequest, "force" | "keepRepo">,
): void {
  const pipeline = getPipeline(work, key);
  getRepo(work, key);
  authorize(work, "REPO_DELETE", repoResource(key));
  const spec = currentVersion(work, pipeline).spec as PipelineSpec;
  if (!keepRepo && !force)
    for (const branch of getRepo(work, key).branches) refuseIfBranchUsed(work, key, branch);

  for (const job of pipeline.jobs) work.db.jobs.delete(`${key}@${job}`);
  for (let version = 1; version <= pipeline.version; version++)
    work.db.pipelineVersions.delete(`${key}@${version}`);
  work.db.pipelines.delete(key);
  for (const branch of inputBranches(spec)) {
    const repo = branch.slice(0, branch.lastIndexOf("@"));
    if (work.db.repos.has(repo)) bindRoles(work, repoResource(repo), `pipeline:${key}`, []);
  }
  // deletePipeline in src/server/pps/server/api_server.go: not while another pipeline reads it
  for (const { cron } of inputTree(inputOf(spec)))
    if (cron !== undefined) dropRepo(work, `${cron.project}/${cron.repo}`, force ?? false);
  dropRepo(work, `${key}.spec`, true);
  dropRepo(work, `${key}.meta`, true);
  if (keepRepo) bindRoles(work, repoResource(key), `pipeline:${key}`, []);
  else dropRepo(work, key, true);
}

/** Broken in both recorded versions, and therefore here. */
export function rerunPipeline(work: Work, request: StartPipelineRequest): never {
  const name = required(request.pipeline, "RerunPipelineRequest.Pipeline");
  getPipeline(work, pipelineKey(name));
  if (work.settings.version.minor >= 12)
    throw refusal(
      `pipeline was not inspected: couldn't find up to date spec for pipeline "${name.name}": pick commit tx: picking commit: picking branch: picking repo: project picker cannot be nil`,
    );
  throw refusal(
    `pipeline "${name.name}" cannot be created because a repo with the same name already exists`,
  );
}
