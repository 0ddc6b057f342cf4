import * as pulumi from "@pulumi/pulumi";

/** What somebody may do in a namespace, by name. */
export type AccessByName = Readonly<Record<string, "read" | "write">>;

interface Visibility {
  readonly restricted?: boolean;
  readonly users?: AccessByName;
  readonly groups?: AccessByName;
}

/** What is wrong with users and groups of a namespace that everybody sees: words that follow them. */
export const NEEDS_RESTRICTED = "does nothing unless restricted is true";

/** Which of users and groups are given for a namespace that is not restricted. */
export function idleAccess({ restricted, users = {}, groups = {} }: Visibility) {
  if (restricted) return [];
  const given = { users, groups };
  return (["users", "groups"] as const).filter((kind) => Object.keys(given[kind]).length > 0);
}

/**
 * The labels by which Seldon tells who sees a namespace:
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

/** What is wrong with the name of a user or group as part of a Kubernetes label, or undefined. */
export function checkSubject(name: string, prefix = "seldon.group."): string | undefined {
  if (!/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name)) {
    return "can't be part of a Kubernetes label: letters, digits, -, _ and . only, a letter or digit at both ends";
  }
  const allowed = 63 - prefix.length;
  if (name.length > allowed) return `is ${name.length} characters long, ${allowed} are allowed`;
  return undefined;
}
