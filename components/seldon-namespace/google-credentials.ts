/** Checks of Google Cloud credentials. They never quote a key, which is a secret. */
import * as pulumi from "@pulumi/pulumi";

/** The required fields of a service account's JSON key, from `gcloud iam service-accounts keys create`. */
const KEY_FIELDS = ["type", "client_email", "private_key"];

/** The problem with a service account's JSON key, as text that continues a sentence about it, or undefined. */
export function serviceAccountKeyProblem(text: string): string | undefined {
  let key: Readonly<Record<string, unknown>>;
  try {
    key = JSON.parse(text) ?? {};
  } catch {
    return "is not JSON";
  }
  const missing = KEY_FIELDS.filter((field) => !key[field]);
  if (missing.length > 0) return `has no ${missing.join(" and no ")}`;
  return key.type === "service_account" ? undefined : "has a type other than service_account";
}

/** The advice if both are set. */
export const EITHER_KEYS_OR_ACCOUNT = "use either googleServiceAccount or keys, not both";

/** The keys that are set in addition to a Google service account. */
export function keysBesideAccount(args: {
  readonly googleServiceAccount?: unknown;
  readonly serviceAccountKey?: unknown;
  readonly storageKey?: unknown;
}) {
  if (args.googleServiceAccount === undefined) return [];
  return (["serviceAccountKey", "storageKey"] as const).filter((key) => args[key] !== undefined);
}

/** Whether models and detectors get credentials for storage: keys, or those of an account. */
export function hasStorageCredentials(args: {
  readonly googleServiceAccount?: unknown;
  readonly serviceAccountKey?: unknown;
  readonly storageKey?: unknown;
}): boolean {
  const { googleServiceAccount, serviceAccountKey, storageKey } = args;
  return (googleServiceAccount ?? storageKey ?? serviceAccountKey) !== undefined;
}

/** The key as a secret, after validation. `argument` names it in the message. */
export function checkedKey(
  argument: string,
  key: pulumi.Input<string> | undefined,
): pulumi.Output<string> | undefined {
  if (key === undefined) return undefined;
  const pass = (text: string) => {
    const problem = serviceAccountKeyProblem(text);
    if (problem === undefined) return text;
    throw new pulumi.RunError(
      `${argument} is not the JSON key of a Google service account: it ${problem}`,
    );
  };
  if (typeof key === "string") pass(key);
  return pulumi.secret(key).apply(pass);
}

/** The problem with a service account's address, as text that continues a sentence about it, or undefined. */
export function checkGoogleServiceAccount(email: string): string | undefined {
  if (/^[a-z0-9-]+@[a-z0-9.:-]+\.gserviceaccount\.com$/.test(email)) return undefined;
  return "is not a Google service account; expected NAME@PROJECT.iam.gserviceaccount.com";
}

/**
 * The environment with which rclone, in Seldon's images, reads `gs://` with a key or, without one, as
 * the pod's service account. The images set ANONYMOUS to true, so it must always be set.
 * https://docs.seldon.io/projects/seldon-core/en/latest/servers/overview.html, https://rclone.org/googlecloudstorage/
 */
export function rcloneSettings(
  key: pulumi.Output<string> | undefined,
): Record<string, pulumi.Input<string>> {
  return {
    RCLONE_CONFIG_GS_TYPE: "google cloud storage",
    RCLONE_CONFIG_GS_ANONYMOUS: "false",
    ...(key === undefined
      ? { RCLONE_CONFIG_GS_ENV_AUTH: "true" }
      : { RCLONE_CONFIG_GS_SERVICE_ACCOUNT_CREDENTIALS: key.apply(onOneLine) }),
  };
}

function onOneLine(key: string): string {
  return JSON.stringify(JSON.parse(key));
}
