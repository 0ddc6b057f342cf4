import { checkDeclared } from "../../../kit/arguments";
import type { CheckFailure } from "../../../kit/handler";
import { quoted } from "../../../kit/quote";
import { didYouMean } from "../../../kit/suggest";
import { isSecret, reveal, type Value, type ValueMap } from "../../../kit/values";
import { RESOURCES } from "../schema/resources";
import { checkNames } from "../shared/check-names";

/** The arguments that identify a resource of a type, besides the type. */
const NAMED_BY = new Map<Value, readonly string[]>([
  ["repo", ["repo", "project"]],
  ["project", ["project"]],
  ["cluster", []],
]);

/** pachyderm/pachyderm src/server/auth/server/api_server.go, checkCanonicalSubject */
const PRINCIPAL = /^(user|robot|group|pipeline|pach|internal):.+$/s;
const EVERYBODY = "allClusterUsers";

/**
 * pachyderm/pachyderm src/server/auth/server/roles.go of 2.12; other versions may have other roles.
 */
const ROLES = (
  "clusterAdmin projectOwner projectWriter projectViewer projectCreator repoOwner repoWriter " +
  "repoReader oidcAppAdmin idpAdmin identityAdmin debugger robotUser licenseAdmin secretAdmin " +
  "pachdLogReader"
).split(" ");

/** Problems that Pachyderm would refuse, or that would grant roles on more than intended. */
export function checkBinding(inputs: ValueMap): CheckFailure[] {
  const failures = checkDeclared(inputs, RESOURCES["pachyderm:index:RoleBinding"]);
  if (failures.length > 0) return failures;
  return [
    ...checkResource(inputs),
    ...checkNames(inputs, ["repo", "project"]),
    ...checkPrincipal(inputs),
    ...checkRoles(reveal(inputs.roles ?? null)),
  ];
}

/** Warnings about roles that no known version of Pachyderm has. */
export function unknownRoles(inputs: ValueMap): string[] {
  const roles = reveal(inputs.roles ?? null);
  if (!Array.isArray(roles)) return [];
  return roles.flatMap((role, index) => {
    if (typeof role !== "string" || ROLES.includes(role)) return [];
    if (isMarked(inputs.roles, index)) {
      return [`roles[${index}]: Pachyderm 2.12 does not have this role`];
    }
    const suggestion = didYouMean(role, ROLES);
    const hint = suggestion === undefined ? "" : `; ${suggestion}`;
    return [`roles[${index}]: Pachyderm 2.12 does not have the role ${quoted(role)}${hint}`];
  });
}

function checkResource(inputs: ValueMap): CheckFailure[] {
  const type = reveal(inputs.resourceType ?? null);
  if (typeof type !== "string") return [];
  const names = NAMED_BY.get(type);
  if (names === undefined) {
    const reason = `resourceType: expected one of repo, project and cluster${found(inputs.resourceType)}`;
    return [{ reason }];
  }
  const given = (name: string) => (inputs[name] ?? null) !== null;
  const shown = isSecret(inputs.resourceType) ? "this resourceType" : `resourceType "${type}"`;
  const failures = ["repo", "project"]
    .filter((name) => given(name) && !names.includes(name))
    .map((name) => ({ reason: `${name}: must be left out with ${shown}` }));
  if (type === "repo" && !given("repo")) failures.push({ reason: "repo: is required" });
  return failures;
}

function checkPrincipal(inputs: ValueMap): CheckFailure[] {
  const principal = reveal(inputs.principal ?? null);
  if (typeof principal !== "string" || principal === EVERYBODY) return [];
  if (!PRINCIPAL.test(principal)) {
    const forms = "user:NAME, robot:NAME, group:NAME, pipeline:NAME, pach:NAME";
    const reason = `principal: expected one of ${forms} and ${EVERYBODY}${found(inputs.principal)}`;
    return [{ reason }];
  }
  if (principal.startsWith("pach:") && reveal(inputs.resourceType ?? null) === "cluster") {
    return [
      {
        reason: "principal: Pachyderm does not allow changes to the roles of pach: on the cluster",
      },
    ];
  }
  return [];
}

/** The value that a message refuses; nothing for a secret. */
function found(value: Value | undefined): string {
  return typeof value === "string" ? `, found ${quoted(value)}` : "";
}

/** Whether one of the roles is marked as a secret, individually or with the whole list. */
function isMarked(roles: Value | undefined, index: number): boolean {
  return isSecret(roles) || (Array.isArray(roles) && isSecret(roles[index]));
}

function checkRoles(roles: Value): CheckFailure[] {
  if (!Array.isArray(roles)) return [];
  if (roles.length === 0) {
    return [{ reason: "roles: must not be empty; to revoke all roles, remove the role binding" }];
  }
  return roles.flatMap((role, index) =>
    role === "" ? [{ reason: `roles[${index}]: must not be empty` }] : [],
  );
}
