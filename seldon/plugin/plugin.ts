import { text } from "../../provider-kit/arguments";
import type { Log } from "../../provider-kit/engine-log";
import type { CheckResult, Plugin, ResourceHandler } from "../../provider-kit/handler";
import { containsUnknown, type ValueMap } from "../../provider-kit/values";
import { DeploymentHandler } from "./deployment/handler";
import { KubernetesClient } from "./kubernetes/client";
import { providerSchema } from "./schema";
import { checkSettings } from "./settings";

export interface PluginOptions {
  /** How long a server that is out of reach is tried. Default: 10 s. */
  readonly patienceMs?: number;
}

/** The Seldon provider: https://www.pulumi.com/docs/iac/concepts/providers/ */
export class SeldonPlugin implements Plugin {
  readonly name = "seldon";
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  #client: KubernetesClient | undefined;

  constructor(
    readonly version: string,
    log: Log,
    private readonly options: PluginOptions = {},
  ) {
    this.resources = {
      "seldon:index:Deployment": new DeploymentHandler(() => this.#configured(), log),
    };
  }

  schema(): string {
    return JSON.stringify(providerSchema(this.version));
  }

  async checkConfig(config: ValueMap): Promise<CheckResult> {
    return { inputs: config, failures: checkSettings(config) };
  }

  /** Contacts nothing, and reads no file yet: a preview of new resources needs neither. */
  async configure(config: ValueMap): Promise<void> {
    // not known in a preview of a cluster that is yet to be made: then nothing asks it
    if (containsUnknown(config)) return;
    this.#client = new KubernetesClient({
      kubeconfig: text(config.kubeconfig) || undefined,
      context: text(config.context) || undefined,
      patienceMs: this.options.patienceMs,
    });
  }

  async close(): Promise<void> {}

  #configured(): KubernetesClient {
    if (this.#client === undefined) {
      throw new Error("which cluster it is on is not known yet: the provider's arguments are not");
    }
    return this.#client;
  }
}
