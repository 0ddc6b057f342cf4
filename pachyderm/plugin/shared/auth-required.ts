import type { AuthApi } from "../api/auth-api";

/**
 * Fails in words that say what to do if auth is not activated on the server; only reads.
 *
 * @param alternative what else there is to do, such as `set x on the resource`
 */
export async function requireAuth(
  auth: AuthApi,
  what: string,
  alternative?: string,
): Promise<void> {
  if (await auth.isActive()) return;
  throw new Error(
    `${what}: auth is not activated on this Pachyderm, so there are no rights to give. ` +
      `Activate it (pachctl auth activate)${alternative === undefined ? "" : `, or ${alternative}`}`,
  );
}
