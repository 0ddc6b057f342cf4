import {
  authInfo,
  authorize,
  bindRoles,
  CLUSTER,
  dropBindings,
  openBindings,
  projectResource,
} from "../auth/authorize";
import type { Work } from "../call";
import { checkName, type ProjectName } from "../names";
import { alreadyExists, notFound, refusal, required, wrapped } from "../rpc-error";
import type { ProjectRecord } from "../store/records";
import { timestamp } from "../timeline";

export interface CreateProjectRequest {
  readonly project: ProjectName | null;
  readonly description: string;
  readonly update: boolean;
}

export function createProject(work: Work, request: CreateProjectRequest): void {
  const { name } = required(request.project, "CreateProjectRequest.Project");
  wrapped("invalid project name", () => checkName(name));
  if (name.length > 51)
    throw refusal(
      `invalid project name: project name ${JSON.stringify(name)} is ${name.length - 51} characters longer than the 51 max`,
    );
  const existing = work.db.projects.get(name);
  if (existing !== undefined && !request.update)
    throw alreadyExists(`project "${name}" already exists\nproject ${name} already exists`);
  authorize(work, "PROJECT_CREATE", CLUSTER);
  if (existing !== undefined)
    work.db.projects.put(name, { ...existing, description: request.description });
  else {
    addProject(work, name, request.description);
    bindRoles(work, projectResource(name), work.subject, ["projectOwner"]);
  }
}

/** Creates a project without an owner. */
export function addProject(work: Work, name: string, description: string): void {
  work.db.projects.put(name, {
    name,
    description,
    createdAt: work.now,
    createdBy: work.subject,
    defaultsJson: "{}",
  });
  openBindings(work, projectResource(name));
}

export function inspectProject(work: Work, project: ProjectName): object {
  return projectView(
    work,
    wrapped(`error getting project "${project.name}"`, () => getProject(work, project.name)),
  );
}

export const listProjects = (work: Work) =>
  work.db.projects.values().map((project) => projectView(work, project));

export function deleteProject(work: Work, project: ProjectName, force: boolean): void {
  const { name } = project;
  if (!work.db.projects.has(name))
    throw notFound(`delete project "${name}": project "${name}" not found`);
  authorize(work, "PROJECT_DELETE", projectResource(name));
  const pipelines = work.db.pipelines.entries().filter(([, { project }]) => project === name);
  if (pipelines.length > 0)
    throw refusal(
      `delete project "${name}": project has pipelines: ${pipelines.map(([key]) => key).join(", ")}`,
    );
  const repos = work.db.repos.entries().filter(([, repo]) => repo.project === name);
  if (repos.length > 0 && !force)
    throw refusal(
      `delete project "${name}": project has repos: ${repos.map(([key]) => key).join(", ")}`,
    );
  for (const [key] of repos) work.db.repos.delete(key);
  work.db.projects.delete(name);
  dropBindings(work, projectResource(name));
}

/** @throws RpcError (HTTP 404) if it does not exist. */
export function getProject(work: Work, name: string): ProjectRecord {
  const project = work.db.projects.get(name);
  if (project === undefined) throw notFound(`get project by name: project "${name}" not found`);
  return project;
}

function projectView(work: Work, project: ProjectRecord): object {
  return {
    project: { name: project.name },
    description: project.description,
    authInfo: authInfo(work, projectResource(project.name)),
    createdAt: timestamp(project.createdAt),
    metadata: {},
    createdBy: project.createdBy,
  };
}
