/** A complete configuration with some keys changed, or removed if undefined. */
export function stackConfig(changes: Record<string, unknown> = {}): Record<string, string> {
  const values: Record<string, unknown> = { ...complete, ...changes };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        key.includes(":") ? key : `pachyderm-seldon:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
  );
}

export const credentials = {
  det_master: "determined.default:8080",
  det_user: "canary-user",
  det_password: "canary-password",
  pac_token: "",
  sel_url: "https://canary-url",
  sel_secret: "canary-secret",
};

/** A value with the format of a Google service account key. */
export const googleKey = JSON.stringify({
  type: "service_account",
  client_email: "canary-account@p.iam.gserviceaccount.com",
  private_key: "canary-key",
});

export const complete = {
  "gcp:project": "test",
  pachyderm: { address: "http://localhost:30656" },
  kubernetes: { context: "test" },
  credentials,
  detectorBucket: { name: "determined-seldon-detector", location: "EU" },
  useCases: { "image-classification": {} },
};

/** The keys that the tests' stack stores encrypted. */
export const secretKeys = ["pachyderm-seldon:credentials"];
