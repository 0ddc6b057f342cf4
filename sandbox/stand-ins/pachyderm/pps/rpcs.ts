import type { Call } from "../call";
import { type Rpc, rpc } from "../rpc";
import { refusal } from "../rpc-error";
import { Input as InputMessage, list, message, Pipeline, Project } from "../spec/messages";
import { transact } from "../transactions/transactions";
import { checkLicence, checkSecrets } from "./create-pipeline";
import { listDatums } from "./datums";
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
import { type InspectJobRequest, inspectJob, type ListJobRequest, listJobs } from "./jobs";
import { compileFilter } from "./jq";
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
import type { Input } from "./spec";

interface Filtered {
  readonly jqFilter: string;
}

const OfPipeline = message({ pipeline: Pipeline, reprocess: "bool", mustExist: "bool" });
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
  "pps_v2.API/ListJob": rpc<ListJobRequest & Filtered>(
    message({
      projects: list(Project),
      pipeline: Pipeline,
      history: "int64",
      details: "bool",
      jqFilter: "string",
    }),
    (request, call) =>
      filtered(
        call.view((work) => listJobs(work, request)),
        request,
      ),
    { stream: true },
  ),
  "pps_v2.API/InspectJob": rpc<InspectJobRequest>(
    message({ job: message({ pipeline: Pipeline, id: "string" }), details: "bool" }),
    (request, call) => call.view((work) => inspectJob(work, request)),
  ),
  "pps_v2.API/ListDatum": rpc<{ readonly input: Input | null }>(
    message({ input: InputMessage, number: "int64" }),
    (request, call) => call.view((work) => listDatums(work, request)),
    { stream: true },
  ),
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
