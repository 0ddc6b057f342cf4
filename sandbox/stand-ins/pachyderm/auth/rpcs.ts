import type { Call } from "../call";
import { type Rpc, rpc } from "../rpc";
import { Code, panic, RpcError, required } from "../rpc-error";
import { enumeration, list, type MessageType, message } from "../spec/messages";
import { authorize, boundPermissionsOf, CLUSTER, type Resource } from "./authorize";
import { getRoleBinding, type ModifyRoleBindingRequest, modifyRoleBinding } from "./role-bindings";
import {
  type GetRobotTokenRequest,
  getRobotToken,
  revokeToken,
  revokeTokensOf,
  whoAmI,
} from "./tokens";

/** pachd's ResourceType also has ENTERPRISE and SPEC_REPO, which the stand-in does not support. */
const ResourceName = message({
  type: enumeration("RESOURCE_TYPE_UNKNOWN", "CLUSTER", "REPO", "SPEC_REPO", "PROJECT"),
  name: "string",
});

/** A method that is only available with auth activated. */
function authRpc<Request>(
  type: MessageType,
  handle: (request: Request, call: Call) => unknown,
  open = false,
): Rpc {
  return rpc<Request>(
    type,
    (request, call) => {
      if (!call.settings.auth)
        throw new RpcError(Code.Unimplemented, "the auth service is not activated");
      return handle(request, call);
    },
    { open },
  );
}

export const AUTH_RPCS: Readonly<Record<string, Rpc>> = {
  "auth_v2.API/WhoAmI": authRpc(
    message({}),
    (_, call) => call.view((work) => whoAmI(work, call.token)),
    true,
  ),
  "auth_v2.API/GetRobotToken": authRpc<GetRobotTokenRequest>(
    message({ robot: "string", ttl: "int64" }),
    (request, call) => call.change((work) => getRobotToken(work, request)),
  ),
  "auth_v2.API/RevokeAuthToken": authRpc<{ readonly token: string }>(
    message({ token: "string" }),
    (request, call) => call.change((work) => revokeToken(work, request)),
  ),
  "auth_v2.API/RevokeAuthTokensForUser": authRpc<{ readonly username: string }>(
    message({ username: "string" }),
    (request, call) => call.change((work) => revokeTokensOf(work, request)),
  ),
  "auth_v2.API/ModifyRoleBinding": authRpc<ModifyRoleBindingRequest>(
    message({ resource: ResourceName, principal: "string", roles: list("string") }),
    (request, call) => {
      if (call.transaction !== undefined) throw panic();
      return call.change((work) => modifyRoleBinding(work, request));
    },
  ),
  "auth_v2.API/GetRoleBinding": authRpc<{ readonly resource: Resource | null }>(
    message({ resource: ResourceName }),
    (request, call) => call.view((work) => getRoleBinding(work, request)),
  ),
  "auth_v2.API/GetPermissions": authRpc<{ readonly resource: Resource | null }>(
    message({ resource: ResourceName }),
    ({ resource }, call) =>
      call.view((work) => {
        const of = required(resource, "GetPermissionsRequest.Resource");
        return boundPermissionsOf(work, of, work.subject);
      }),
  ),
  "auth_v2.API/GetPermissionsForPrincipal": authRpc<{
    readonly resource: Resource | null;
    readonly principal: string;
  }>(message({ resource: ResourceName, principal: "string" }), ({ resource, principal }, call) =>
    call.view((work) => {
      authorize(work, "CLUSTER_AUTH_GET_PERMISSIONS_FOR_PRINCIPAL", CLUSTER);
      const of = required(resource, "GetPermissionsForPrincipalRequest.Resource");
      return boundPermissionsOf(work, of, principal);
    }),
  ),
};
