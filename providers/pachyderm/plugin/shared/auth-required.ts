import { flag } from "../../../kit/arguments";
import type { PropertyChange } from "../../../kit/handler";
import { isUnknown, type ValueMap } from "../../../kit/values";
import type { AuthApi } from "../api/auth-api";
import { ConnectionError } from "../api/errors";

/**
 * Whether a resource that requires auth can be created; only reads. False if auth is not activated
 * and the user allows that (`ignoreWhenAuthDisabled`); otherwise throws an error that says what to
 * do.
 *
 * @param kind the kind of resource, such as `role binding`
 * @param what the resource itself, such as `role binding of robot:seldon on the cluster`
 */
export async function canUseAuth(
  auth: AuthApi,
  inputs: ValueMap,
  kind: string,
  what: string,
): Promise<boolean> {
  if (await auth.isActive()) return true;
  if (mayBeLeftOut(inputs)) return false;
  throw new Error(
    `${what}: auth is not activated on this Pachyderm server, so roles and tokens have no ` +
      "effect. Activate auth (`pachctl auth activate`), or set ignoreWhenAuthDisabled on the " +
      kind,
  );
}

/** In a preview, the value may not be known yet; the preview does not fail. */
function mayBeLeftOut(inputs: ValueMap): boolean {
  return isUnknown(inputs.ignoreWhenAuthDisabled) || flag(inputs.ignoreWhenAuthDisabled);
}

/** Whether the resource was skipped because auth was off: it does not exist on the server. */
export function isLeftOut(state: ValueMap): boolean {
  return state.active === false;
}

/**
 * The change to a resource that was skipped: auth has been activated since, or skipping it is no
 * longer allowed, which the update then reports.
 */
export async function diffLeftOut(
  auth: AuthApi,
  oldState: ValueMap,
  inputs: ValueMap,
): Promise<PropertyChange[]> {
  if (!isLeftOut(oldState)) return [];
  const change: PropertyChange = { path: ["active"], kind: "update" };
  if (!mayBeLeftOut(inputs)) return [change];
  try {
    return (await auth.isActive()) ? [change] : [];
  } catch (error) {
    if (error instanceof ConnectionError) return []; // reported when the provider was configured
    throw error;
  }
}
