import { flag } from "../../../kit/arguments";
import type { PropertyChange } from "../../../kit/handler";
import { isUnknown, type ValueMap } from "../../../kit/values";
import type { AuthApi } from "../api/auth-api";
import { ConnectionError } from "../api/errors";

/**
 * Whether a resource that needs auth can be made; only reads. False only where auth is not
 * activated and the user has said that it may be so (`ignoreWhenAuthDisabled`); otherwise that
 * fails in words that say what to do.
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
    `${what}: auth is not activated on this Pachyderm, so there are no rights to give. Activate ` +
      `it (pachctl auth activate), or set ignoreWhenAuthDisabled on the ${kind}`,
  );
}

/** In a preview the answer may be not known yet: then nothing fails. */
function mayBeLeftOut(inputs: ValueMap): boolean {
  return isUnknown(inputs.ignoreWhenAuthDisabled) || flag(inputs.ignoreWhenAuthDisabled);
}

/** Whether the resource was left out because auth was off: nothing of it is on the server. */
export function isLeftOut(state: ValueMap): boolean {
  return state.active === false;
}

/**
 * The change of a resource that was left out: auth is on since, or leaving it out is no longer
 * allowed, which the update then says.
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
    if (error instanceof ConnectionError) return []; // told of when the provider was configured
    throw error;
  }
}
