import type { Work } from "../call";
import { projectOf } from "../names";
import { getProject } from "../pfs/projects";
import { Code, RpcError, wrapped } from "../rpc-error";
import { nullProblem } from "../spec/canonicalize";
import { goJson, isObject, type Json, type JsonObject, mergePatch, spacedJson } from "../spec/json";
import { ProtoJsonError } from "../spec/json-reader";
import { CreatePipelineRequest } from "../spec/messages";
import { printMessage, readMessage } from "../spec/proto-json";
import { type PipelineSpec, serviceOf } from "./spec";

/** https://github.com/pachyderm/pachyderm/blob/v2.12.0-rc.3/src/server/pps/server/defaults.go */
const BUILT_IN: JsonObject = {
  transform: { image: "ubuntu:20.04" },
  outputBranch: "master",
  datumTries: "3",
  reprocessSpec: "until_success",
};

/**
 * The built-in defaults of a cluster: the chart's value of `pachd.defaultPipelineCPURequest` and so
 * on.
 */
const CLUSTER_DEFAULTS: JsonObject = {
  createPipelineRequest: {
    resourceRequests: { cpu: 1, memory: "256Mi", disk: "1Gi" },
    sidecarResourceRequests: { cpu: 1, memory: "256Mi", disk: "1Gi" },
  },
};

export interface CreatePipelineV2Request {
  readonly createPipelineRequestJson: string;
  readonly dryRun: boolean;
  readonly update: boolean;
  readonly reprocess: boolean;
}

export interface EffectiveSpec {
  readonly spec: PipelineSpec;
  /** `effectiveSpecJson` of the pipeline. */
  readonly json: string;
}

/** The user spec merged over the project's, the cluster's and the built-in defaults. */
export function effectiveSpec(work: Work, request: CreatePipelineV2Request): EffectiveSpec {
  try {
    return wrapped("could not make effective spec", () => merge(work, request));
  } catch (error) {
    if (error instanceof RpcError && error.code === Code.InvalidArgument)
      throw new RpcError(error.code, error.message, [FIELD_VIOLATION]);
    throw error;
  }
}

const FIELD_VIOLATION = {
  "@type": "type.googleapis.com/google.rpc.BadRequest",
  fieldViolations: [
    { field: "create_pipeline_v2_request.create_pipeline_request_json", description: "" },
  ],
};

function merge(work: Work, request: CreatePipelineV2Request): EffectiveSpec {
  const text = request.createPipelineRequestJson;
  const user = parseSpec(work, text);
  const project = projectOf(named(user));
  const defaults = [clusterDefaults(work), projectDefaults(work, project)].reduce(
    mergePatch,
    BUILT_IN,
  );
  const problem = nullProblem(user, CreatePipelineRequest);
  if (problem !== undefined)
    throw new RpcError(
      Code.InvalidArgument,
      `could not merge user wrapper {"createPipelineRequest":${text}} into effective project defaults ${goJson({ createPipelineRequest: defaults })}: ${problem}`,
    );
  const effective = mergePatch(defaults, user);
  const json = goJson(effective);
  const reason = staticRefusal(effective);
  if (reason !== undefined)
    throw new RpcError(Code.InvalidArgument, `invalid effective spec ${json}: ${reason}`);
  const { update, reprocess } = request;
  const { pipeline } = effective;
  const full = {
    ...effective,
    update,
    reprocess,
    ...(isObject(pipeline) && { pipeline: { ...pipeline, project: { name: project } } }),
  };
  return { spec: printMessage(full, CreatePipelineRequest) as PipelineSpec, json };
}

/** The spec in the reply, as this version prints it. */
export function printSpec(work: Work, spec: PipelineSpec): string {
  const message = spec as JsonObject;
  return work.settings.version.minor >= 12 ? spacedJson(message) : JSON.stringify(message);
}

export function clusterDefaultsJson(work: Work): string {
  const stored = work.db.cluster.get("defaults");
  if (typeof stored === "string") return stored;
  return work.settings.version.minor >= 12
    ? spacedJson(CLUSTER_DEFAULTS)
    : JSON.stringify(CLUSTER_DEFAULTS);
}

function clusterDefaults(work: Work): JsonObject {
  return defaultsIn(work, clusterDefaultsJson(work));
}

function projectDefaults(work: Work, name: string): JsonObject {
  try {
    const prefix = `could not get defaults for project ${name}`;
    const { defaultsJson } = wrapped(`${prefix}: ${prefix}: error getting project "${name}"`, () =>
      getProject(work, name),
    );
    return defaultsIn(work, defaultsJson);
  } catch (error) {
    if (error instanceof RpcError) throw new RpcError(Code.InvalidArgument, error.message);
    throw error;
  }
}

/** The spec inside `{"createPipelineRequest": …}`, with camelCase keys. */
function defaultsIn(work: Work, text: string): JsonObject {
  const defaults = JSON.parse(text) as Record<string, Json>;
  const spec = defaults.createPipelineRequest ?? defaults.create_pipeline_request;
  return isObject(spec) ? parseSpec(work, JSON.stringify(spec)) : {};
}

function parseSpec(work: Work, text: string): JsonObject {
  const { minor } = work.settings.version;
  try {
    return readMessage(text, CreatePipelineRequest, { minor });
  } catch (error) {
    if (!(error instanceof ProtoJsonError)) throw error;
    // depending on the build, protojson puts a space or a no-break space here, to prevent
    // comparisons
    const space = minor >= 12 ? "\u00a0" : " ";
    throw new RpcError(
      Code.InvalidArgument,
      `could not parse ${text} as Create Pipeline Request message: proto:${space}${error.message}`,
    );
  }
}

/** What is refused before the defaults of single fields are filled in. */
function staticRefusal(spec: PipelineSpec): string | undefined {
  if (spec.tfJob !== undefined) return "embedding TFJobs in pipelines is not supported yet";
  if (!["", "until_success", "every_job"].includes(spec.reprocessSpec ?? ""))
    return 'invalid pipeline spec: ReprocessSpec must be one of "until_success" or "every_job"';
  const tolerations = (spec.tolerations ?? []) as readonly { readonly operator?: string }[];
  const bare = tolerations.findIndex(({ operator }) => (operator ?? "EMPTY") === "EMPTY");
  if (bare >= 0)
    return `toleration ${bare + 1}/${tolerations.length}: cannot omit key/value comparison operator; specify EQUAL or EXISTS`;
  if (!isJson(spec.podSpec)) return "malformed PodSpec";
  if (!isJson(spec.podPatch)) return "malformed PodPatch";
  const type = serviceOf(spec)?.type;
  if (type && !["ClusterIP", "LoadBalancer", "NodePort"].includes(type))
    return `the following service type ${type} is not allowed`;
  return undefined;
}

function isJson(text: string | undefined): boolean {
  if (!text) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function named(spec: JsonObject): { project: { name: string } | null } {
  const project = isObject(spec.pipeline) ? spec.pipeline.project : undefined;
  return {
    project: isObject(project) && typeof project.name === "string" ? { name: project.name } : null,
  };
}
