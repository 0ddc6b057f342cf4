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

/**
 * The keys of the pipelines' Secret by set-up. Images of your own may read further ones.
 *
 * seldon: https://github.com/determined-ai/works-with-determined/tree/master/pachyderm-seldon;
 * kserve: its successor, https://github.com/determined-ai/pdk, where `hf_token` may be added.
 */
export const presets = {
  seldon: [
    "det_master",
    "det_user",
    "det_password",
    "pac_token",
    "sel_url",
    "sel_secret",
    "sel_namespace",
  ],
  kserve: [
    "det_master",
    "det_user",
    "det_password",
    "pac_token",
    "pachd_lb_service_host",
    "pachd_lb_service_port",
    "kserve_namespace",
  ],
} as const;

/** A set-up whose keys are known. */
export type Preset = keyof typeof presets;

/** Values by key, any keys. An empty value is legal: a token where auth is off. */
export type Credentials = Readonly<Record<string, pulumi.Input<string>>>;

/** Values of a set-up by key: all of its keys, and any further ones. */
export type PresetCredentials<P extends Preset> = Credentials & {
  readonly [K in (typeof presets)[P][number]]: pulumi.Input<string>;
};
