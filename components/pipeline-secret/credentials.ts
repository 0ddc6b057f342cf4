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

/** The key that the stack itself sets, to the namespace of the deployments. */
export const NAMESPACE_KEY = "sel_namespace";

/** Values by key, any keys. An empty value is legal: a token where auth is off. */
export type Credentials = Readonly<Record<string, pulumi.Input<string>>>;
