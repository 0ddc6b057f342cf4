import type { Work } from "../call";
import { refusal, required } from "../rpc-error";
import { authorize, bindingKey, bindRoles, type Resource } from "./authorize";
import { ROLES } from "./permissions";

export interface ModifyRoleBindingRequest {
  readonly resource: Resource | null;
  readonly principal: string;
  /** Replaces the principal's roles; an empty list removes the principal. */
  readonly roles: readonly string[];
}

export function modifyRoleBinding(work: Work, request: ModifyRoleBindingRequest): void {
  const resource = required(request.resource, "ModifyRoleBindingRequest.Resource");
  authorize(work, `${resource.type}_MODIFY_BINDINGS`, resource);
  const unknown = request.roles.find((role) => !ROLES.has(role));
  if (unknown !== undefined) throw refusal(`unknown role "${unknown}"`);
  if (!request.principal.includes(":") && request.principal !== "allClusterUsers")
    throw refusal("subject has no prefix, must be of the form <type>:<name>");
  if (!work.db.roleBindings.has(bindingKey(resource)))
    throw refusal(`no role binding exists for ${resource.type} ${resource.name}`);
  bindRoles(work, resource, request.principal, request.roles);
}

/** A resource that does not exist has no entries. */
export function getRoleBinding(
  work: Work,
  request: { readonly resource: Resource | null },
): object {
  const resource = required(request.resource, "GetRoleBindingRequest.Resource");
  const binding = work.db.roleBindings.get(bindingKey(resource)) ?? {};
  const entries = Object.entries(binding).map(([principal, roles]) => [
    principal,
    { roles: Object.fromEntries(roles.map((role) => [role, true])) },
  ]);
  return { binding: { entries: Object.fromEntries(entries) } };
}
