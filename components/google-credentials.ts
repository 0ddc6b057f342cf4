/** Checks of what signs in to Google Cloud. None quotes a key: it is a secret. */
import * as pulumi from "@pulumi/pulumi";

/** Whether a text is the JSON key of a service account, as `gcloud iam service-accounts keys create` writes it. */
export function isServiceAccountKey(text: string): boolean {
  try {
    const { type, client_email, private_key } = JSON.parse(text) ?? {};
    return type === "service_account" && Boolean(client_email) && Boolean(private_key);
  } catch {
    return false; // no JSON
  }
}

/** The key as a secret, refused where it is none. `argument` names it in the message. */
export function checkedKey(
  argument: string,
  key: pulumi.Input<string> | undefined,
): pulumi.Output<string> | undefined {
  if (key === undefined) return undefined;
  const pass = (text: string) => {
    if (isServiceAccountKey(text)) return text;
    throw new pulumi.RunError(`${argument} is not the JSON key of a Google service account`);
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
