import { listed } from "../../../kit/listed";
import type { Api } from "../api/api";
import type { Deadline } from "../api/deadline";
import type { ProjectContents } from "../api/project-api";
import { deleteOrStartAgain } from "../pipeline/delete";

/** How many names of a project's remaining contents are shown. */
const MAX_NAMES = 5;

/**
 * Deletes a project. Pachyderm itself does not delete its contents, not even with force (a TODO in
 * its source: src/server/pfs/server/server_project.go), so `force` empties it first.
 */
export async function deleteProject(
  api: Api,
  project: string,
  { force, deadline }: { readonly force: boolean; readonly deadline: Deadline },
): Promise<void> {
  if ((await api.projects.inspect(project)) === undefined) return;
  if (force) await empty(api, project, deadline);
  const left = describe(await api.projects.contents(project));
  if (left !== "") {
    throw new Error(
      force
        ? `project ${project} still contains ${left}: the token has no permission to delete them`
        : `project ${project} is not empty: it contains ${left}. Delete the contents first, or set ` +
            "forceDelete on the project and run `pulumi up`",
    );
  }
  await api.projects.delete(project, deadline);
}

async function empty(api: Api, project: string, deadline: Deadline): Promise<void> {
  const { pipelines } = await api.projects.contents(project);
  for (const name of pipelines) {
    await deleteOrStartAgain(api, { project, name }, { keepRepo: false, force: true, deadline });
  }
  // listed again: the repos of cron inputs were deleted with their pipelines
  const { repos } = await api.projects.contents(project);
  for (const name of repos) {
    await api.deleteRepo({ project, name }, { force: true }, deadline);
  }
}

/** Describes the contents; empty if there are none. */
function describe({ pipelines, repos }: ProjectContents): string {
  const kinds = [list("pipeline", pipelines), list("repo", repos)];
  return kinds.filter((kind) => kind !== "").join(" and ");
}

function list(kind: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  return `the ${kind}${names.length === 1 ? "" : "s"} ${listed(names, MAX_NAMES)}`;
}
