/** A bucket's key and retention, in the state and in the API. */
import { isMap, type Value, type ValueMap } from "../../../../providers/kit/values";

/**
 * The encryption properties that the stand-in does not support, as in the state of a bucket that
 * does not use them.
 */
const WITHOUT_ENFORCEMENT: ValueMap = {
  customerManagedEncryptionEnforcementConfig: null,
  customerSuppliedEncryptionEnforcementConfig: null,
  googleManagedEncryptionEnforcementConfig: null,
};

/** The encryption in a state; null if it is Google's default. */
export function fullEncryption(encryption: Value | undefined): Value {
  return isMap(encryption) ? { ...WITHOUT_ENFORCEMENT, ...encryption } : (encryption ?? null);
}

/** The retention in a state, from the API's. */
export function readRetention(policy: Value | undefined): Value {
  if (!isMap(policy)) return null;
  return {
    isLocked: policy.isLocked ?? false,
    retentionPeriod: String(policy.retentionPeriod),
  };
}

/** The retention in a patch; null removes it. */
export function retentionPatch(policy: Value | undefined): Value {
  if (!isMap(policy)) return null;
  const { isLocked: locked, retentionPeriod } = policy;
  return { retentionPeriod: String(retentionPeriod), ...(locked === true && { isLocked: true }) };
}

export function isLocked(policy: Value | undefined): boolean {
  return isMap(policy) && policy.isLocked === true;
}
