/** The permissions of the token in Pachyderm. Without auth, everyone has all permissions. */

import { setCommand } from "../../../config/messages";
import type { AuthResource } from "../../../providers/pachyderm/client";
import { DEFAULT_PROJECT } from "../../../providers/pachyderm/rules";
import { type Check, failed, type Outcome, passed, Unavailable } from "../check";
import { answering, type CheckedStack, type PachydermServer } from "../checked-stack";
import { CREATE_REPO, type RepoNeeds, repoNeeds, repoRole } from "./pachyderm-needs";

export function pachydermPermissionsCheck(checked: CheckedStack): Check {
  const run = async () => {
    const server = await answering("Pachyderm", checked.pachyderm);
    return await checkRights(checked, server);
  };
  return { area: "pachyderm", name: "permissions", title: "permissions", run };
}

async function checkRights({ config }: CheckedStack, server: PachydermServer): Promise<Outcome[]> {
  const { project } = config.pachyderm;
  const user = await whoAmI(server);
  const needs = repoNeeds(config);
  const repos = needs.map((one) => checkRepo(server, { ...one, project, user }));
  return (await Promise.all([checkProject(server, project, user), ...repos])).flat();
}

/** The token's principal; undefined if auth is not activated. */
async function whoAmI({ api, settings }: PachydermServer): Promise<string | undefined> {
  try {
    if (!(await api.auth.isActive())) return undefined;
    return (await api.auth.describeToken(settings.token ?? ""))?.username;
  } catch {
    throw new Unavailable("Pachyderm does not accept the token: see above");
  }
}

async function checkProject(
  { api }: PachydermServer,
  project: string,
  user: string | undefined,
): Promise<Outcome[]> {
  if (user === undefined) return [];
  const subject = `project ${project}`;
  const held = await api.auth.permissions({ type: "PROJECT", name: project });
  // the check of the project reports a missing project
  if (held === undefined) return [];
  return [
    compare(user, held, [CREATE_REPO], {
      subject,
      grant: `pachctl auth set project ${project} projectWriter ${user}`,
    }),
  ];
}

interface Repo extends RepoNeeds {
  readonly project: string;
  readonly user: string | undefined;
}

async function checkRepo(
  server: PachydermServer,
  { repo, project, mustExist, permissions, user }: Repo,
): Promise<Outcome[]> {
  const { api } = server;
  const subject = `repo ${project}/${repo}`;
  if ((await api.inspectRepo({ project, name: repo })) === undefined) {
    // the creator of a repo becomes its owner
    return mustExist ? [missingRepo(subject)] : [];
  }
  if (user === undefined) return mustExist ? [passed("exists", { subject })] : [];
  const resource: AuthResource = { type: "REPO", name: `${project}/${repo}` };
  const held = (await api.auth.permissions(resource)) ?? [];
  const inProject = project === DEFAULT_PROJECT ? "" : ` --project ${project}`;
  const grant = `pachctl auth set repo ${repo} ${repoRole(permissions)} ${user}${inProject}`;
  return [compare(user, held, permissions, { subject, grant })];
}

function missingRepo(subject: string): Outcome {
  return failed(
    "does not exist",
    `check its name and project (${setCommand(["pachyderm", "project"])}); to let the stack create it, remove useCases.NAME.data.existing`,
    { subject },
  );
}

function compare(
  user: string,
  held: readonly string[],
  needed: readonly string[],
  { subject, grant }: { readonly subject: string; readonly grant: string },
): Outcome {
  const missing = needed.filter((permission) => !held.includes(permission));
  if (needed.length === 0) return passed("exists", { subject });
  if (missing.length === 0) return passed(`${user} has ${needed.join(", ")}`, { subject });
  return failed(
    `${user} does not have ${missing.join(", ")}`,
    `as an owner of it or of the cluster, run \`${grant}\`, or set PACHYDERM_TOKEN to the token of a user with these permissions`,
    { subject },
  );
}
