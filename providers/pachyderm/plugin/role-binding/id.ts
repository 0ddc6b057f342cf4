import type { AuthResource } from "../api/auth-api";

/** The roles of one principal on one resource. */
export interface BindingRef {
  readonly resource: AuthResource;
  /** Such as `robot:seldon`. */
  readonly principal: string;
}

/**
 * Formats the id of a role binding, the resource and then the principal:
 * `repo/default/images/robot:seldon`, `project/default/user:jane@example.com`,
 * `cluster/group:admins`.
 */
export function formatBindingId({ resource, principal }: BindingRef): string {
  const kind = resource.type.toLowerCase();
  return resource.type === "CLUSTER"
    ? `${kind}/${principal}`
    : `${kind}/${resource.name}/${principal}`;
}

/** Parses the id of a role binding; a principal may contain slashes, as that of a pipeline does. */
export function parseBindingId(id: string): BindingRef {
  const repo = /^repo\/([\w-]+\/[\w-]+)\/(.+)$/.exec(id);
  if (repo?.[1] && repo[2])
    return { resource: { type: "REPO", name: repo[1] }, principal: repo[2] };
  const project = /^project\/([\w-]+)\/(.+)$/.exec(id);
  if (project?.[1] && project[2]) {
    return { resource: { type: "PROJECT", name: project[1] }, principal: project[2] };
  }
  const cluster = /^cluster\/(.+)$/.exec(id);
  if (cluster?.[1]) return { resource: { type: "CLUSTER", name: "" }, principal: cluster[1] };
  throw new Error(
    `"${id}" is not a valid role binding id: use repo/PROJECT/REPO/PRINCIPAL, ` +
      "project/PROJECT/PRINCIPAL or cluster/PRINCIPAL, such as repo/default/images/robot:seldon",
  );
}

/** Formats the resource for messages, such as `repo default/images`. */
export function describeResource({ type, name }: AuthResource): string {
  return type === "CLUSTER" ? "the cluster" : `${type.toLowerCase()} ${name}`;
}
