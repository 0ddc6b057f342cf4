import { isAuthorized, projectResource, repoResource } from "../auth/authorize";
import type { Work } from "../call";
import { type PipelineName, pipelineKey, repoView } from "../names";
import { Code, notFound, RpcError, required } from "../rpc-error";
import type { JsonObject } from "../spec/json";
import { CreatePipelineRequest } from "../spec/messages";
import { populated } from "../spec/proto-json";
import type { JobRecord, PipelineRecord, PipelineVersionRecord } from "../store/records";
import { phaseAt, timestamp } from "../timeline";
import { jobsOf } from "./jobs";
import { availableWorkers, visiblePhase } from "./lifecycle";
import { type PipelineSpec, serviceOf, spoutOf, workersOf } from "./spec";

const SCALED_TO_ZERO: ReadonlySet<string> = new Set(["PIPELINE_STANDBY", "PIPELINE_PAUSED"]);
const STARTED: ReadonlySet<string> = new Set(["PIPELINE_RUNNING", "PIPELINE_CRASHING"]);

export interface InspectPipelineRequest {
  readonly pipeline: PipelineName | null;
  readonly details: boolean;
}

export interface ListPipelineRequest {
  readonly pipeline: PipelineName | null;
  readonly projects: readonly { readonly name: string }[];
  /** How many versions before the current one; -1: all. */
  readonly history: string;
}

export function inspectPipeline(work: Work, request: InspectPipelineRequest): object {
  const name = required(request.pipeline, "InspectPipelineRequest.Pipeline");
  const pipeline = getPipeline(work, pipelineKey(name));
  return pipelineView(work, pipeline, currentVersion(work, pipeline), request.details ? 1 : null);
}

/** Newest first. Lists always have details, but do not query the workers. */
export function listPipelines(work: Work, request: ListPipelineRequest): object[] {
  const projects = request.projects.map(({ name }) => name);
  return work.db.pipelines
    .entries()
    .filter(([key]) => request.pipeline === null || key === pipelineKey(request.pipeline))
    .filter(([, { project }]) => projects.length === 0 || projects.includes(project))
    .filter(([key, { project }]) => mayBeListed(work, key, project))
    .reverse()
    .flatMap(([key, pipeline]) => {
      const past = request.history === "-1" ? pipeline.version - 1 : Number(request.history);
      const oldest = Math.max(1, pipeline.version - past);
      return Array.from({ length: pipeline.version - oldest + 1 }, (_, back) =>
        pipelineView(work, pipeline, getVersion(work, key, pipeline.version - back), 0),
      );
    });
}

/**
 * Pipelines that the caller may not see are silently omitted: pachyderm/pachyderm
 * src/server/pps/server/api_server.go, listPipeline.
 */
const mayBeListed = (work: Work, key: string, project: string) =>
  isAuthorized(work, "PROJECT_LIST_REPO", projectResource(project)) ||
  isAuthorized(work, "REPO_READ", repoResource(key));

/** @throws RpcError (HTTP 404) with the version's message if it does not exist. */
export function getPipeline(work: Work, key: string): PipelineRecord {
  const pipeline = work.db.pipelines.get(key);
  if (pipeline !== undefined) return pipeline;
  const [project, name] = key.split("/");
  const causes =
    work.settings.version.minor >= 12
      ? [`pick commit tx: commit ${key}.spec@ not found`, `repo ${key}.spec not found`]
      : [
          `repo (id=0, project=${project}, name=${name}, type=spec) not found`,
          `branch (id=0, branch=${key}.spec@master) not found`,
          `branch "master" not found in repo ${key}.spec`,
        ];
  throw notFound(
    `pipeline was not inspected: couldn't find up to date spec for pipeline "${key}": ${[...causes, `pipeline "${key}" not found`].join("\n")}`,
  );
}

export function currentVersion(work: Work, pipeline: PipelineRecord): PipelineVersionRecord {
  return getVersion(work, `${pipeline.project}/${pipeline.name}`, pipeline.version);
}

/** Not part of the API: pipelines created before 2.8 have no stored user spec. */
export function dropUserSpec(work: Work, key: string): void {
  const version = currentVersion(work, getPipeline(work, key));
  const old = { ...version, userSpecJson: "", effectiveSpecJson: "" };
  work.db.pipelineVersions.put(`${key}@${version.version}`, old);
}

function getVersion(work: Work, key: string, version: number): PipelineVersionRecord {
  const record = work.db.pipelineVersions.get(`${key}@${version}`);
  if (record === undefined)
    throw new RpcError(Code.Internal, `pipeline ${key} has no version ${version}`);
  return record;
}

/**
 * @param workers whether the details report the requested workers (1) or none (0); null: no
 * details.
 */
function pipelineView(
  work: Work,
  pipeline: PipelineRecord,
  version: PipelineVersionRecord,
  workers: 0 | 1 | null,
): object {
  const { project, name } = pipeline;
  const spec = version.spec as PipelineSpec;
  const phase = visiblePhase(work, pipeline, spec.autoscaling ?? false);
  const specRepo = repoView({ project, name, type: "spec" });
  const lastJob = jobsOf(work, `${project}/${name}`).at(-1);
  const parallelism = workersOf(spec) || 1;
  return {
    pipeline: { project: { name: project }, name },
    version: String(version.version),
    specCommit: {
      repo: specRepo,
      id: version.specCommit,
      branch: { repo: specRepo, name: "master" },
    },
    stopped: pipeline.stopped,
    state: phase.state,
    reason: phase.reason ?? "",
    lastJobState: lastJob ? phaseAt(lastJob.timeline, work.now).state : "JOB_STATE_UNKNOWN",
    parallelism: String(parallelism),
    type: pipelineType(spec),
    authToken: "",
    details:
      workers === null
        ? null
        : {
            ...specDetails(spec, work.settings.version.minor),
            createdAt: timestamp(pipeline.createdAt),
            updatedAt: timestamp(version.updatedAt),
            ...(work.settings.version.minor >= 11 && { createdBy: version.createdBy }),
            recentError: "",
            workersRequested: String(SCALED_TO_ZERO.has(phase.state) ? 0 : workers * parallelism),
            workersAvailable: String(workers * availableWorkers(work, phase, parallelism)),
            salt: version.salt,
            // only the pipeline's own reason is ever set
            reason: "",
            unclaimedTasks: String(lastJob ? openDatums(lastJob, work.now) : 0),
            workerRc: "",
            workersStartedAt: STARTED.has(phase.state) ? timestamp(phase.at) : null,
          },
    userSpecJson: version.userSpecJson,
    effectiveSpecJson: version.effectiveSpecJson,
    metadata: {},
  };
}

/** The number of unfinished datums of a running job. */
function openDatums(job: JobRecord, now: number): number {
  if (phaseAt(job.timeline, now).state !== "JOB_RUNNING") return 0;
  return (job.run?.processed ?? []).filter(({ endsAt }) => endsAt > now).length;
}

function pipelineType(spec: PipelineSpec): string {
  if (spoutOf(spec) !== undefined) return "PIPELINE_TYPE_SPOUT";
  if (serviceOf(spec) !== undefined) return "PIPELINE_TYPE_SERVICE";
  return "PIPELINE_TYPE_TRANSFORM";
}

/** The fields that `details` has in common with a CreatePipelineRequest. */
function specDetails(spec: PipelineSpec, minor: number): object {
  const { pipeline, update, reprocess, specCommit, dryRun, ...details } = populated(
    spec as JsonObject,
    CreatePipelineRequest,
    minor,
  );
  return details;
}
