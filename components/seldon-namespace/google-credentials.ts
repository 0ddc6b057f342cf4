/** Checks of what signs in to Google Cloud. None quotes a key: it is a secret. */
import * as pulumi from "@pulumi/pulumi";

/** What the JSON key of a service account has, as `gcloud iam service-accounts keys create` writes it. */
const KEY_FIELDS = ["type", "client_email", "private_key"];

/** What is wrong with the JSON key of a service account, in words that follow it, or undefined. */
export function serviceAccountKeyProblem(text: string): string | undefined {
  let key: Readonly<Record<string, unknown>>;
  try {
    key = JSON.parse(text) ?? {};
  } catch {
    return "is not JSON";
  }
  const missing = KEY_FIELDS.filter((field) => !key[field]);
  if (missing.length > 0) return `has no ${missing.join(" and no ")}`;
  return key.type === "service_account" ? undefined : "has another type than service_account";
}

/** Pods sign in one way. */
export const EITHER_KEYS_OR_ACCOUNT = "use either googleServiceAccount or keys, not both";

/** The keys that are given although pods act as a Google service account. */
export function keysBesideAccount(args: {
  readonly googleServiceAccount?: unknown;
  readonly serviceAccountKey?: unknown;
  readonly storageKey?: unknown;
}) {
  if (args.googleServiceAccount === undefined) return [];
  return (["serviceAccountKey", "storageKey"] as const).filter((key) => args[key] !== undefined);
}

/** The key as a secret, refused where it is none. `argument` names it in the message. */
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

/** What is wrong with the address of a service account, in words that follow it, or undefined. */
export function checkGoogleServiceAccount(email: string): string | undefined {
  if (/^[a-z0-9-]+@[a-z0-9.:-]+\.gserviceaccount\.com$/.test(email)) return undefined;
  return "is no Google service account: write NAME@PROJECT.iam.gserviceaccount.com";
}

/**
 * The environment that makes rclone, in Seldon's images, read `gs://` with a key or, without one, as
 * the account that the pod runs as. The images set ANONYMOUS to true, so it is set in any case.
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
