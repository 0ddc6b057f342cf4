/** A bucket's key and retention, as the state and the API have them. */
import { isMap, type Value, type ValueMap } from "../../../../providers/kit/values";

/** What of encryption the stand-in does not have, as the state of a bucket that does not use it. */
const WITHOUT_ENFORCEMENT: ValueMap = {
  customerManagedEncryptionEnforcementConfig: null,
  customerSuppliedEncryptionEnforcementConfig: null,
  googleManagedEncryptionEnforcementConfig: null,
};

/** The encryption in a state; null where it is Google's own. */
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
