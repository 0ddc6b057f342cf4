import type { ProjectName, RepoName } from "../names";
import { type Rpc, rpc } from "../rpc";
import { required } from "../rpc-error";
import { Branch, Commit, list, message, Project, Repo } from "../spec/messages";
import { transact } from "../transactions/transactions";
import {
  type BranchName,
  type CommitName,
  type CreateBranchRequest,
  type DeleteBranchRequest,
  inspectBranch,
  listBranches,
} from "./branches";
import { inspectCommit, listCommits } from "./commit-view";
import type { FinishCommitRequest, StartCommitRequest } from "./commits";
import { type ModifyFileMessage, ModifyFileRequest, modifyFile } from "./modify-file";
import {
  type CreateProjectRequest,
  createProject,
  deleteProject,
  inspectProject,
  listProjects,
} from "./projects";
import { type GetFileRequest, type GlobFileRequest, getFile, globFile } from "./read-files";
import { type CreateRepoRequest, type DeleteRepoRequest, inspectRepo, listRepos } from "./repos";

import { type WalkRequest, walkProvenance, walkSubvenance } from "./walk-branches";

const RepoPicker = message({ name: message({ project: Project, name: "string", type: "string" }) });
const WalkMessage = message({
  start: list(message({ name: message({ repo: RepoPicker, name: "string" }) })),
  maxBranches: "uint64",
});

interface OfProject {
  readonly project: ProjectName | null;
  readonly force: boolean;
}

const OfProject = message({ project: Project, force: "bool" });

export const PFS_RPCS: Readonly<Record<string, Rpc>> = {
  "pfs_v2.API/CreateProject": rpc<CreateProjectRequest>(
    message({ project: Project, description: "string", update: "bool" }),
    (request, call) => call.change((work) => createProject(work, request)),
  ),
  "pfs_v2.API/InspectProject": rpc<OfProject>(OfProject, ({ project }, call) =>
    call.view((work) => inspectProject(work, required(project, "InspectProjectRequest.Project"))),
  ),
  "pfs_v2.API/ListProject": rpc(message({}), (_, call) => call.view(listProjects), {
    stream: true,
  }),
  "pfs_v2.API/DeleteProject": rpc<OfProject>(OfProject, ({ project, force }, call) =>
    call.change((work) =>
      deleteProject(work, required(project, "DeleteProjectRequest.Project"), force),
    ),
  ),
  "pfs_v2.API/CreateRepo": rpc<CreateRepoRequest>(
    message({ repo: Repo, description: "string", update: "bool" }),
    (request, call) => transact(call, "createRepo", request),
  ),
  "pfs_v2.API/InspectRepo": rpc<{ readonly repo: RepoName | null }>(
    message({ repo: Repo }),
    ({ repo }, call) => call.view((work) => inspectRepo(work, repo)),
  ),
  "pfs_v2.API/ListRepo": rpc<{ readonly type: string; readonly projects: readonly ProjectName[] }>(
    message({ type: "string", projects: list(Project) }),
    ({ type, projects }, call) =>
      call.view((work) =>
        listRepos(
          work,
          type,
          projects.map(({ name }) => name),
        ),
      ),
    { stream: true },
  ),
  "pfs_v2.API/DeleteRepo": rpc<DeleteRepoRequest>(
    message({ repo: Repo, force: "bool" }),
    (request, call) => transact(call, "deleteRepo", request),
  ),
  "pfs_v2.API/CreateBranch": rpc<CreateBranchRequest>(
    message({ branch: Branch, head: Commit, provenance: list(Branch) }),
    (request, call) => transact(call, "createBranch", request),
  ),
  "pfs_v2.API/InspectBranch": rpc<{ readonly branch: BranchName | null }>(
    message({ branch: Branch }),
    (request, call) => call.view((work) => inspectBranch(work, request)),
  ),
  "pfs_v2.API/ListBranch": rpc<{ readonly repo: RepoName | null; readonly reverse: boolean }>(
    message({ repo: Repo, reverse: "bool" }),
    (request, call) => call.view((work) => listBranches(work, request)),
    { stream: true },
  ),
  "pfs_v2.API/DeleteBranch": rpc<DeleteBranchRequest>(
    message({ branch: Branch, force: "bool" }),
    (request, call) => transact(call, "deleteBranch", request),
  ),
  "pfs_v2.API/StartCommit": rpc<StartCommitRequest>(
    message({ branch: Branch, parent: Commit, description: "string" }),
    (request, call) => transact(call, "startCommit", request),
  ),
  "pfs_v2.API/FinishCommit": rpc<FinishCommitRequest>(
    message({ commit: Commit, description: "string", error: "string", force: "bool" }),
    (request, call) => transact(call, "finishCommit", request),
  ),
  "pfs_v2.API/InspectCommit": rpc<{ readonly commit: CommitName | null }>(
    message({ commit: Commit }),
    (request, call) => call.view((work) => inspectCommit(work, request)),
  ),
  "pfs_v2.API/ListCommit": rpc<{ readonly repo: RepoName | null; readonly number: string }>(
    message({ repo: Repo, number: "int64" }),
    (request, call) => call.view((work) => listCommits(work, request)),
    { stream: true },
  ),
  "pfs_v2.API/ModifyFile": rpc<{ readonly messages: readonly ModifyFileMessage[] }>(
    ModifyFileRequest(Commit),
    (request, call) => call.change((work) => modifyFile(work, request)),
    { clientStream: true },
  ),
  "pfs_v2.API/GlobFile": rpc<GlobFileRequest>(
    message({ commit: Commit, pattern: "string" }),
    (request, call) => call.view((work) => globFile(work, request)),
    { stream: true },
  ),
  "pfs_v2.API/GetFile": rpc<GetFileRequest>(
    message({ file: message({ commit: Commit, path: "string", datum: "string" }) }),
    (request, call) => call.view((work) => getFile(work, request)),
    { stream: true },
  ),
  "pfs_v2.API/WalkBranchProvenance": rpc<WalkRequest>(
    WalkMessage,
    (request, call) => call.view((work) => walkProvenance(work, request)),
    { stream: true },
  ),
  "pfs_v2.API/WalkBranchSubvenance": rpc<WalkRequest>(
    WalkMessage,
    (request, call) => call.view((work) => walkSubvenance(work, request)),
    { stream: true },
  ),
};
