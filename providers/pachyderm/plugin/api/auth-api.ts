import { isAuthOff, isNothingToBindTo, isTokenRefused } from "./auth-errors";
import { READ } from "./calls";
import type { CallOptions, Client } from "./client";
import type { Deadline } from "./deadline";

/** A resource that roles can be bound to, as the API names it: a repo is `project/repo`. */
export interface AuthResource {
  readonly type: "REPO" | "PROJECT" | "CLUSTER";
  readonly name: string;
}

/** The user that a token authenticates. */
export interface TokenInfo {
  /** The principal, such as `robot:seldon`. */
  readonly username: string;
  /** RFC 3339; null: never. */
  readonly expiration: string | null;
}

/** The calls of Pachyderm's auth API. Without auth, the server returns 501. */
export class AuthApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Whether auth is activated on the server. */
  async isActive(options: CallOptions = READ): Promise<boolean> {
    try {
      await this.#client.call("auth_v2.API/WhoAmI", {}, options);
      return true;
    } catch (error) {
      if (isAuthOff(error)) return false;
      throw error;
    }
  }

  /** What the token permits on a resource; undefined if the resource does not exist. */
  async permissions(resource: AuthResource): Promise<readonly string[] | undefined> {
    try {
      const { permissions } = await this.#client.call<{ permissions: readonly string[] }>(
        "auth_v2.API/GetPermissions",
        { resource },
        READ,
      );
      return permissions;
    } catch (error) {
      if (isNothingToBindTo(error)) return undefined;
      throw error;
    }
  }

  /** The roles of a principal on a resource, sorted; empty also if the resource does not exist. */
  async roles(resource: AuthResource, principal: string): Promise<string[]> {
    const { binding } = await this.#client.call<{
      binding: { entries: Record<string, { roles: Record<string, boolean> }> };
    }>("auth_v2.API/GetRoleBinding", { resource }, READ);
    const roles = binding.entries[principal]?.roles ?? {};
    return Object.keys(roles)
      .filter((role) => roles[role])
      .sort();
  }

  /** Replaces a principal's roles on a resource; an empty list removes them all. Idempotent. */
  async setRoles(
    resource: AuthResource,
    principal: string,
    roles: readonly string[],
    deadline?: Deadline,
  ): Promise<void> {
    const request = { resource, principal, roles };
    await this.#client.call("auth_v2.API/ModifyRoleBinding", request, { ...READ, deadline });
  }

  /**
   * Creates another token for a robot.
   *
   * @param ttl how long it is valid, in seconds; undefined: forever
   */
  async makeRobotToken(
    robot: string,
    ttl: number | undefined,
    deadline?: Deadline,
  ): Promise<string> {
    const request = { robot, ttl: ttl ?? 0 };
    const answer = await this.#client.call<{ token: string }>(
      "auth_v2.API/GetRobotToken",
      request,
      {
        deadline,
      },
    );
    return answer.token;
  }

  /** The user that the token authenticates, or undefined if it was revoked or has expired. */
  async describeToken(token: string): Promise<TokenInfo | undefined> {
    try {
      return await this.#client.call<TokenInfo>("auth_v2.API/WhoAmI", {}, { ...READ, token });
    } catch (error) {
      if (isTokenRefused(error)) return undefined;
      throw error;
    }
  }

  /** Revokes a token; succeeds if it is no longer valid. */
  async revokeToken(token: string, deadline?: Deadline): Promise<void> {
    await this.#client.call("auth_v2.API/RevokeAuthToken", { token }, { ...READ, deadline });
  }
}
