import { authorize, CLUSTER, projectResource } from "../auth/authorize";
import type { Work } from "../call";
import { type ProjectName, projectOf } from "../names";
import { getProject } from "../pfs/projects";
import { invalidArgument } from "../rpc-error";
import { timestamp } from "../timeline";

/** Changes the defaults of new pipelines in the whole cluster; existing pipelines keep theirs. */
export function setClusterDefaults(
  work: Work,
  { clusterDefaultsJson }: { readonly clusterDefaultsJson: string },
): object {
  authorize(work, "CLUSTER_SET_DEFAULTS", CLUSTER);
  work.db.cluster.put("defaults", checked(clusterDefaultsJson));
  return { affectedPipelines: [] };
}

export interface ProjectDefaultsRequest {
  readonly project: ProjectName | null;
  readonly projectDefaultsJson: string;
}

export function getProjectDefaults(work: Work, request: ProjectDefaultsRequest): object {
  const project = getProject(work, projectOf(request));
  return {
    projectDefaultsJson: project.defaultsJson,
    createdBy: project.createdBy,
    createdAt: timestamp(project.createdAt),
  };
}

export function setProjectDefaults(work: Work, request: ProjectDefaultsRequest): object {
  const project = getProject(work, projectOf(request));
  authorize(work, "PROJECT_SET_DEFAULTS", projectResource(project.name));
  const defaultsJson = checked(request.projectDefaultsJson);
  work.db.projects.put(project.name, { ...project, defaultsJson });
  return { affectedPipelines: [] };
}

function checked(text: string): string {
  try {
    JSON.parse(text || "{}");
    return text || "{}";
  } catch (error) {
    throw invalidArgument(`invalid defaults JSON: ${(error as Error).message}`);
  }
}
