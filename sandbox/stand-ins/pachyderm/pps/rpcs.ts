import type { Call } from "../call";
import { type Rpc, rpc } from "../rpc";
import { refusal } from "../rpc-error";
import {
  Commit,
  enumeration,
  Input as InputMessage,
  list,
  message,
  Pipeline,
  Project,
} from "../spec/messages";
import { transact } from "../transactions/transactions";
import { checkLicence, checkSecrets } from "./create-pipeline";
import { runCron } from "./cron-ticks";
import { inspectDatum, type ListDatumRequest, listDatums } from "./datums";
import {
  getProjectDefaults,
  type ProjectDefaultsRequest,
  setClusterDefaults,
  setProjectDefaults,
} from "./defaults";
import {
  type CreatePipelineV2Request,
  clusterDefaultsJson,
  effectiveSpec,
  printSpec,
} from "./effective-spec";
import { compileFilter } from "./jq";
import {
  type InspectJobRequest,
  inspectJob,
  inspectJobSet,
  type JobName,
  type ListJobRequest,
  listJobSets,
  listJobs,
  stopJob,
} from "./list-jobs";
import {
  type DeletePipelineRequest,
  deletePipeline,
  rerunPipeline,
  type StartPipelineRequest,
  type StopPipelineRequest,
  startPipeline,
  stopPipeline,
  stopToDelete,
} from "./pipeline-operations";
import {
  type InspectPipelineRequest,
  inspectPipeline,
  type ListPipelineRequest,
  listPipelines,
} from "./pipeline-view";

interface Filtered {
  readonly jqFilter: string;
}

const OfPipeline = message({ pipeline: Pipeline, reprocess: "bool", mustExist: "bool" });
const Job = message({ pipeline: Pipeline, id: "string" });
const DatumState = enumeration("UNKNOWN", "FAILED", "SUCCESS", "SKIPPED", "STARTING", "RECOVERED");
const DefaultsOfProject = message({ project: Project, projectDefaultsJson: "string" });

async function createPipelineV2(request: CreatePipelineV2Request, call: Call): Promise<object> {
  const { spec, json } = call.view((work) => effectiveSpec(work, request));
  const reply = { effectiveCreatePipelineRequestJson: call.view((work) => printSpec(work, spec)) };
  if (request.dryRun) return reply;
  if (spec.pipeline === undefined) throw refusal("request.Pipeline cannot be nil");
  call.view((work) => checkLicence(work, spec));
  await checkSecrets(call.settings, spec);
  transact(call, "createPipelineV2", {
    createPipelineRequest: spec,
    userJson: request.createPipelineRequestJson,
    effectiveJson: json,
    createdBy: call.subject,
  });
  return reply;
}

const filtered = (items: object[], { jqFilter }: Filtered) =>
  jqFilter === "" ? items : items.filter(compileFilter(jqFilter));

export const PPS_RPCS: Readonly<Record<string, Rpc>> = {
  "pps_v2.API/CreatePipelineV2": rpc<CreatePipelineV2Request>(
    message({
      createPipelineRequestJson: "string",
      dryRun: "bool",
      update: "bool",
      reprocess: "bool",
    }),
    createPipelineV2,
  ),
  "pps_v2.API/InspectPipeline": rpc<InspectPipelineRequest>(
    message({ pipeline: Pipeline, details: "bool" }),
    (request, call) => call.view((work) => inspectPipeline(work, request)),
  ),
  "pps_v2.API/ListPipeline": rpc<ListPipelineRequest & Filtered>(
    message({
      pipeline: Pipeline,
      history: "int64",
      details: "bool",
      jqFilter: "string",
      projects: list(Project),
    }),
    (request, call) =>
      filtered(
        call.view((work) => listPipelines(work, request)),
        request,
      ),
    { stream: true },
  ),
  "pps_v2.API/DeletePipeline": rpc<DeletePipelineRequest>(
    message({ pipeline: Pipeline, force: "bool", keepRepo: "bool", mustExist: "bool" }),
    (request, call) => deletePipeline(call, request),
    { begin: (request, call) => stopToDelete(call, request) },
  ),
  "pps_v2.API/StartPipeline": rpc<StartPipelineRequest>(OfPipeline, (request, call) =>
    call.change((work) => startPipeline(work, request)),
  ),
  "pps_v2.API/StopPipeline": rpc<StopPipelineRequest>(OfPipeline, (request, call) =>
    call.change((work) => stopPipeline(work, request)),
  ),
  "pps_v2.API/RerunPipeline": rpc<StartPipelineRequest>(OfPipeline, (request, call) =>
    call.view((work) => rerunPipeline(work, request)),
  ),
  "pps_v2.API/ListJob": rpc<ListJobRequest>(
    message({
      projects: list(Project),
      pipeline: Pipeline,
      inputCommit: list(Commit),
      history: "int64",
      details: "bool",
      jqFilter: "string",
      paginationMarker: "timestamp",
      number: "int64",
      reverse: "bool",
    }),
    (request, call) => call.view((work) => listJobs(work, request)),
    { stream: true },
  ),
  "pps_v2.API/InspectJob": rpc<InspectJobRequest>(
    message({ job: Job, details: "bool", wait: "bool" }),
    (request, call) => inspectJob(call, request),
  ),
  "pps_v2.API/StopJob": rpc<{ readonly job: JobName | null; readonly reason: string }>(
    message({ job: Job, reason: "string" }),
    (request, call) => call.change((work) => stopJob(work, request)),
  ),
  "pps_v2.API/InspectJobSet": rpc<{
    readonly jobSet: { readonly id: string } | null;
    readonly details: boolean;
  }>(
    message({ jobSet: message({ id: "string" }), details: "bool" }),
    (request, call) => call.view((work) => inspectJobSet(work, request)),
    { stream: true },
  ),
  "pps_v2.API/ListJobSet": rpc<{ readonly details: boolean; readonly number: string }>(
    message({ details: "bool", number: "int64" }),
    (request, call) => call.view((work) => listJobSets(work, request)),
    { stream: true },
  ),
  "pps_v2.API/ListDatum": rpc<ListDatumRequest>(
    message({
      job: Job,
      input: InputMessage,
      filter: message({ state: list(DatumState) }),
      number: "int64",
      reverse: "bool",
      paginationMarker: "string",
    }),
    (request, call) => call.view((work) => listDatums(work, request)),
    { stream: true },
  ),
  "pps_v2.API/InspectDatum": rpc<{
    readonly datum: { readonly job: JobName | null; readonly id: string } | null;
  }>(message({ datum: message({ job: Job, id: "string" }) }), (request, call) =>
    call.view((work) => inspectDatum(work, request)),
  ),
  "pps_v2.API/RunCron": rpc<Pick<StartPipelineRequest, "pipeline">>(
    message({ pipeline: Pipeline }),
    (request, call) => call.change((work) => runCron(work, request)),
  ),
  // removed from the server, but still in its API
  "pps_v2.API/RunPipeline": rpc(message({ pipeline: Pipeline }), () => {
    throw refusal("unimplemented");
  }),
  "pps_v2.API/GetClusterDefaults": rpc(message({}), (_, call) => ({
    clusterDefaultsJson: call.view(clusterDefaultsJson),
  })),
  "pps_v2.API/SetClusterDefaults": rpc<{ readonly clusterDefaultsJson: string }>(
    message({ clusterDefaultsJson: "string" }),
    (request, call) => call.change((work) => setClusterDefaults(work, request)),
  ),
  "pps_v2.API/GetProjectDefaults": rpc<ProjectDefaultsRequest>(DefaultsOfProject, (request, call) =>
    call.view((work) => getProjectDefaults(work, request)),
  ),
  "pps_v2.API/SetProjectDefaults": rpc<ProjectDefaultsRequest>(DefaultsOfProject, (request, call) =>
    call.change((work) => setProjectDefaults(work, request)),
  ),
};
