import type { ValueMap } from "../../../../providers/kit/values";
import { flagOption, textOption } from "../options";

/** The provider's arguments: https://www.pulumi.com/registry/packages/gcp/installation-configuration/ */
export interface Settings {
  /** The project of resources that do not set one. */
  readonly project: string | undefined;
  readonly accessToken: string;
  /** The bucket service's address, which ends in `/storage/v1/`. */
  readonly storageEndpoint: string;
  /** Whether new resources get the label `goog-pulumi-provisioned`. Default: true. */
  readonly attributionLabel: boolean;
}

export const OPTIONS = [
  "project",
  "region",
  "zone",
  "accessToken",
  "storageCustomEndpoint",
  "addPulumiAttributionLabel",
] as const;

/** @throws Error if the stand-in would use the real cloud: it is only for the sandbox. */
export function readSettings(config: ValueMap): Settings {
  const storageEndpoint = textOption(config.storageCustomEndpoint);
  if (storageEndpoint === undefined || !storageEndpoint.endsWith("/storage/v1/"))
    throw new Error(
      "the sandbox's stand-in for the gcp plugin requires gcp:storageCustomEndpoint, which " +
        `must end in /storage/v1/ (found: ${storageEndpoint ?? "nothing"})`,
    );
  const accessToken = textOption(config.accessToken);
  if (accessToken === undefined)
    throw new Error("the sandbox's stand-in for the gcp plugin requires gcp:accessToken");
  return {
    project: textOption(config.project),
    accessToken,
    storageEndpoint,
    attributionLabel: flagOption(config.addPulumiAttributionLabel) ?? true,
  };
}
