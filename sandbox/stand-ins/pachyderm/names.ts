import { refusal } from "./rpc-error";
import type { RepoRecord, RepoType } from "./store/records";

/** The project of a message that does not set one. */
export const DEFAULT_PROJECT = "default";

export interface ProjectName {
  readonly name: string;
}

export interface RepoName {
  readonly project: ProjectName | null;
  readonly name: string;
  readonly type: string;
}

export interface PipelineName {
  readonly project: ProjectName | null;
  readonly name: string;
}

export const projectOf = (named: { readonly project: ProjectName | null }) =>
  named.project?.name || DEFAULT_PROJECT;

/** `project/pipeline`: the key of a pipeline, and of its output repo. */
export const pipelineKey = (pipeline: PipelineName) => `${projectOf(pipeline)}/${pipeline.name}`;

/** `project/repo`, with the type at the end unless it is "user": how Pachyderm prints repos. */
export function repoKey(repo: {
  readonly project: string;
  readonly name: string;
  readonly type: RepoType;
}): string {
  return `${repo.project}/${repo.name}${repo.type === "user" ? "" : `.${repo.type}`}`;
}

export const branchKey = (repo: string, branch: string) => `${repo}@${branch}`;

/** A reference to a repo in the API. */
export function repoView(repo: Pick<RepoRecord, "project" | "name" | "type">): object {
  return { name: repo.name, type: repo.type, project: { name: repo.project } };
}

/** https://github.com/pachyderm/pachyderm/blob/v2.12.0-rc.3/src/internal/ancestry/ancestry.go */
export function checkName(name: string): void {
  if (!/^[a-zA-Z0-9_-]+$/.test(name))
    throw refusal(
      `name (${name}) invalid: only alphanumeric characters, underscores, and dashes are allowed`,
    );
}
