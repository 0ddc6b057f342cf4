/** Access to Google Cloud, with the same settings as the gcp plugin. */
import { findCredentials } from "./credentials";
import { obtainToken } from "./token";

/** An impersonated token is valid for 5 minutes, and a machine's token for at least as long. */
const RENEW_MS = 4 * 60_000;

/**
 * A source of access tokens from a stack's configuration and the environment. A token is used until
 * shortly before it expires.
 */
export function accessToken(
  raw: Readonly<Record<string, string>>,
  variables: NodeJS.ProcessEnv,
): () => Promise<string> {
  const impersonate =
    raw["gcp:impersonateServiceAccount"] || variables.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT;
  return renewed(async () =>
    obtainToken(findCredentials(raw, variables), { variables, impersonate }),
  );
}

/** The value of the last successful call, until it is too old. */
export function renewed<T>(obtain: () => Promise<T>, now = Date.now): () => Promise<T> {
  let known: { readonly value: Promise<T>; readonly until: number } | undefined;
  return () => {
    if (known === undefined || now() >= known.until) {
      const value = obtain();
      known = { value, until: now() + RENEW_MS };
      value.catch(() => {
        known = undefined;
      });
    }
    return known.value;
  };
}

/** The address of the Cloud Storage API; undefined for Google's own. */
export function storageEndpoint(
  raw: Readonly<Record<string, string>>,
  variables: NodeJS.ProcessEnv,
): string | undefined {
  return raw["gcp:storageCustomEndpoint"] || variables.GOOGLE_STORAGE_CUSTOM_ENDPOINT || undefined;
}
