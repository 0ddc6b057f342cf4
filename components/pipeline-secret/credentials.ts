import type * as pulumi from "@pulumi/pulumi";

/** The keys that train.py reads. */
export const trainingKeys = ["det_master", "det_user", "det_password", "pac_token"] as const;

/** The keys that deploy.py reads. */
export const deploymentKeys = [
  "det_master",
  "det_user",
  "det_password",
  "sel_url",
  "sel_secret",
  "sel_namespace",
] as const;

/** The key that the stack sets to the namespace of the deployments. */
export const NAMESPACE_KEY = "sel_namespace";

/** Values by key. Any key is allowed. A value may be empty, such as a token if auth is off. */
export type Credentials = Readonly<Record<string, pulumi.Input<string>>>;
