import type { Work } from "../call";
import { Code, RpcError, refusal } from "../rpc-error";
import { ROLES } from "./permissions";

/** The user that activated auth; its token is the root token. */
export const ROOT = "pach:root";

export type ResourceType = "CLUSTER" | "PROJECT" | "REPO";

/**
 * A resource that roles can be bound to. The name of a repo is `project/repo`; the cluster has no
 * name.
 */
export interface Resource {
  readonly type: ResourceType;
  readonly name: string;
}

export const projectResource = (name: string): Resource => ({ type: "PROJECT", name });
export const repoResource = (key: string): Resource => ({ type: "REPO", name: key });
export const CLUSTER: Resource = { type: "CLUSTER", name: "" };

export const bindingKey = (resource: Resource) => `${resource.type}:${resource.name}`;

/** What a caller may do with a resource, as reported in `authInfo`; null while auth is off. */
export function authInfo(
  work: Work,
  resource: Resource,
): { permissions: string[]; roles: string[] } | null {
  return work.settings.auth ? permissionsOf(work, resource, work.subject) : null;
}

/**
 * What a principal may do with a resource, as GetPermissions reports it. It refuses a resource that
 * does not exist, even to administrators, because it requests every permission:
 * https://github.com/pachyderm/pachyderm/blob/v2.12.0-rc.3/src/server/auth/server/api_server.go
 */
export function boundPermissionsOf(
  work: Work,
  resource: Resource,
  subject: string,
): { permissions: string[]; roles: string[] } {
  const { type, name } = resource;
  if (type !== "CLUSTER" && !work.db.roleBindings.has(bindingKey(resource)))
    throw refusal(`no role binding exists for ${type} ${name}`);
  return permissionsOf(work, resource, subject);
}

/** What a principal may do with a resource, and the roles that permit it. */
function permissionsOf(
  work: Work,
  resource: Resource,
  subject: string,
): { permissions: string[]; roles: string[] } {
  const roles = rolesOn(work, resource, subject);
  return { permissions: roles.flatMap((role) => [...(ROLES.get(role) ?? [])]), roles };
}

/** @throws RpcError (HTTP 403) unless the caller holds the permission on the resource. */
export function authorize(work: Work, permission: string, resource: Resource): void {
  if (isAuthorized(work, permission, resource)) return;
  throw new RpcError(
    Code.PermissionDenied,
    `${work.subject} is not authorized to perform this operation - needs permissions [${permission}] on ${resource.type} ${resource.name}. Run \`pachctl auth roles-for-permission\` to find roles that grant a given permission.`,
  );
}

export function isAuthorized(work: Work, permission: string, resource: Resource): boolean {
  if (!work.settings.auth) return true;
  return rolesOn(work, resource).some((role) => ROLES.get(role)?.includes(permission));
}

/** The caller's roles on the resource and on its containers, outermost first. */
function rolesOn(work: Work, resource: Resource, subject = work.subject): string[] {
  return [...containing(resource), resource].flatMap((container) => {
    const binding = work.db.roleBindings.get(bindingKey(container)) ?? {};
    return [...(binding[subject] ?? []), ...(binding.allClusterUsers ?? [])].filter((role) =>
      appliesTo(role, resource),
    );
  });
}

/** Roles that do not apply to a kind of resource do not count for it. */
function appliesTo(role: string, { type }: Resource): boolean {
  if (/^project(Viewer|Writer)$/.test(role)) return type === "PROJECT";
  return role !== "projectCreator" || type === "CLUSTER";
}

function containing(resource: Resource): Resource[] {
  if (resource.type === "CLUSTER") return [];
  if (resource.type === "PROJECT") return [CLUSTER];
  return [CLUSTER, projectResource(resource.name.split("/")[0] ?? "")];
}

/** Replaces the roles of `subject` on the resource; an empty list removes the subject. */
export function bindRoles(
  work: Work,
  resource: Resource,
  subject: string,
  roles: readonly string[],
): void {
  if (!work.settings.auth) return;
  const { [subject]: _, ...others } = work.db.roleBindings.get(bindingKey(resource)) ?? {};
  work.db.roleBindings.put(
    bindingKey(resource),
    roles.length === 0 ? others : { ...others, [subject]: roles },
  );
}

/** Allows roles to be bound to the resource, initially none. */
export function openBindings(work: Work, resource: Resource): void {
  if (work.settings.auth) work.db.roleBindings.put(bindingKey(resource), {});
}

/** Removes the bindings of a deleted resource. */
export function dropBindings(work: Work, resource: Resource): void {
  work.db.roleBindings.delete(bindingKey(resource));
}
