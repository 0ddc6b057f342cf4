import type { ValueMap } from "../../../../providers/kit/values";
import { ambientPath } from "../../../cluster/kubeconfig";
import { flagOption, textOption } from "../options";

/** The provider's arguments: https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ */
export interface Settings {
  /** The path or contents. Default: from the environment. */
  readonly kubeconfig: string;
  /** Default: the kubeconfig's current context. */
  readonly context: string | undefined;
  /** The namespace of objects that do not set one. Default: the context's, otherwise `default`. */
  readonly namespace: string | undefined;
  /** Whether a Secret's data is updated in place instead of replacing the Secret. */
  readonly enableSecretMutable: boolean;
  /** Whether objects of an unreachable cluster count as deleted. */
  readonly deleteUnreachable: boolean;
}

export const OPTIONS = [
  "kubeconfig",
  "context",
  "namespace",
  "enableSecretMutable",
  "deleteUnreachable",
  "clusterIdentifier",
] as const;

export function readSettings(config: ValueMap, environment: NodeJS.ProcessEnv): Settings {
  const flag = (option: (typeof OPTIONS)[number], variable: string) =>
    flagOption(config[option]) ?? environment[variable] === "true";
  return {
    kubeconfig: textOption(config.kubeconfig) ?? ambientPath(environment),
    context: textOption(config.context),
    namespace: textOption(config.namespace),
    enableSecretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
  };
}
