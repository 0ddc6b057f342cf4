import type { Work } from "../call";
import { newId } from "../call";
import { Code, RpcError } from "../rpc-error";
import { timestamp } from "../timeline";
import { authorize, CLUSTER } from "./authorize";

const unauthenticated = (message: string) => new RpcError(Code.Unauthenticated, message);

/** The user that a token authenticates. @throws RpcError (HTTP 401; 500 once it has expired). */
export function subjectOf(work: Work, token: string | undefined): string {
  if (token === undefined) throw unauthenticated("no authentication token (try logging in)");
  const record = work.db.tokens.get(token);
  if (record === undefined)
    throw unauthenticated("provided auth token is corrupted or has expired (try logging in again)");
  if (record.expiresAt !== null && record.expiresAt <= work.now)
    throw new RpcError(Code.Internal, "token expiration is in the past");
  return record.subject;
}

export function whoAmI(work: Work, token: string | undefined): object {
  const username = subjectOf(work, token);
  const { expiresAt = null } = work.db.tokens.get(token ?? "") ?? {};
  return { username, expiration: expiresAt === null ? null : timestamp(expiresAt) };
}

export interface GetRobotTokenRequest {
  readonly robot: string;
  /** In seconds; 0: it never expires. */
  readonly ttl: string;
}

/** Another token for the robot. Any name is accepted, even an empty one. */
export function getRobotToken(work: Work, request: GetRobotTokenRequest): object {
  authorize(work, "CLUSTER_AUTH_GET_ROBOT_TOKEN", CLUSTER);
  const token = newId();
  const ttlMs = Number(request.ttl) * 1000;
  work.db.tokens.put(token, {
    subject: `robot:${request.robot}`,
    expiresAt: ttlMs > 0 ? work.now + ttlMs : null,
  });
  return { token };
}

/** Any holder of a token may revoke it. Returns how many were revoked. */
export function revokeToken(work: Work, { token }: { readonly token: string }): object {
  const known = work.db.tokens.has(token);
  work.db.tokens.delete(token);
  return { number: known ? "1" : "0" };
}

export function revokeTokensOf(work: Work, { username }: { readonly username: string }): object {
  authorize(work, "CLUSTER_AUTH_REVOKE_USER_TOKENS", CLUSTER);
  const tokens = work.db.tokens.entries().filter(([, { subject }]) => subject === username);
  for (const [token] of tokens) work.db.tokens.delete(token);
  return { number: String(tokens.length) };
}
