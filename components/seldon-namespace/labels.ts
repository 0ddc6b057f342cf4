import * as pulumi from "@pulumi/pulumi";

/** The namespace that models are deployed to by default. */
export const DEFAULT_NAMESPACE = "seldon";

/** Access to a namespace by user or group name. */
export type AccessByName = Readonly<Record<string, "read" | "write">>;

interface Visibility {
  readonly restricted?: boolean;
  readonly users?: AccessByName;
  readonly groups?: AccessByName;
}

/** The problem with users and groups of an unrestricted namespace, as text that continues a sentence. */
export const NEEDS_RESTRICTED = "has no effect unless restricted is true";

/** Which of users and groups are set for an unrestricted namespace. */
export function idleAccess({ restricted, users = {}, groups = {} }: Visibility) {
  if (restricted) return [];
  const given = { users, groups };
  return (["users", "groups"] as const).filter((kind) => Object.keys(given[kind]).length > 0);
}

/** The problem with settings that become labels, for a namespace that the stack does not label. */
export const NO_EFFECT_ON_EXISTING =
  "has no effect on an existing namespace: remove it, and label the namespace yourself";

/** Which of the settings that become labels are set. */
export function labelSettings({ restricted, users = {}, groups = {} }: Visibility) {
  const given = {
    restricted,
    users: Object.keys(users).length,
    groups: Object.keys(groups).length,
  };
  return (["restricted", "users", "groups"] as const).filter((key) => given[key]);
}

/**
 * The labels by which Seldon decides who sees a namespace:
 * https://deploy.seldon.io/en/v1.2/contents/operations/namespace-filtering/index.html
 */
export function seldonLabels(
  owner: string,
  { restricted = false, users = {}, groups = {} }: Visibility,
): Record<string, string> {
  const [idle] = idleAccess({ restricted, users, groups });
  if (idle !== undefined) throw new pulumi.RunError(`${owner}: ${idle} ${NEEDS_RESTRICTED}`);
  return {
    "seldon.restricted": String(restricted),
    ...accessLabels(`${owner}: users`, "seldon.user.", users),
    ...accessLabels(`${owner}: groups`, "seldon.group.", groups),
  };
}

function accessLabels(owner: string, prefix: string, access: AccessByName) {
  return Object.fromEntries(
    Object.entries(access).map(([name, level]) => {
      const problem = checkSubject(name, prefix);
      if (problem === undefined) return [prefix + name, level];
      throw new pulumi.RunError(`${owner} has "${name}", which ${problem}`);
    }),
  );
}

/** The problem with the name of a user or group as part of a Kubernetes label, or undefined. */
export function checkSubject(name: string, prefix = "seldon.group."): string | undefined {
  if (!/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name)) {
    return "is not valid in a Kubernetes label: use letters, digits, -, _ and ., and start and end with a letter or digit";
  }
  const allowed = 63 - prefix.length;
  if (name.length > allowed)
    return `is ${name.length} characters long, but at most ${allowed} are allowed`;
  return undefined;
}
