import { text } from "../../kit/arguments";
import type { Log } from "../../kit/engine-log";
import type { CheckResult, FunctionHandler, Plugin, ResourceHandler } from "../../kit/handler";
import { containsUnknown, type ValueMap } from "../../kit/values";
import { ClusterHandler } from "./cluster/handler";
import { DeploymentHandler } from "./deployment/handler";
import { makeFunctions } from "./functions/functions";
import { KubernetesClient } from "./kubernetes/client";
import { Connection } from "./kubernetes/connection";
import { providerSchema } from "./schema";
import { changedSettings, checkSettings } from "./settings";

export interface PluginOptions {
  /** How long to retry an unreachable server. Default: 10 s. */
  readonly patienceMs?: number;
  /** Default: the process's environment. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** The Seldon provider: https://www.pulumi.com/docs/iac/concepts/providers/ */
export class SeldonPlugin implements Plugin {
  readonly name = "seldon";
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  readonly functions: Readonly<Record<string, FunctionHandler>>;
  #connection: Connection | undefined;

  readonly #log: Log;
  readonly #options: PluginOptions;

  constructor(
    readonly version: string,
    log: Log,
    options: PluginOptions = {},
  ) {
    this.#log = log;
    this.#options = options;

    const configured = () => this.#configured();
    const known = () => this.#connection;
    const deployments = new DeploymentHandler(configured, known, log);
    this.resources = {
      "seldon:index:Cluster": new ClusterHandler(configured, known, log),
      "seldon:index:DeploymentCleanup": deployments,
      // the earlier type: a destroy also works on a state that no update has renamed yet
      "seldon:index:Deployment": deployments,
    };
    this.functions = makeFunctions(known);
  }

  schema(): string {
    return JSON.stringify(providerSchema(this.version));
  }

  async checkConfig(config: ValueMap): Promise<CheckResult> {
    return { inputs: config, failures: checkSettings(config) };
  }

  async configChanged(before: ValueMap, after: ValueMap, urn: string): Promise<void> {
    const changes = changedSettings(before, after);
    if (changes === undefined) return;
    await this.#log.log(
      "warning",
      `${changes}: make sure that this is the same cluster. If its identity is in the state, a ` +
        "different cluster is refused",
      urn,
    );
  }

  /** Does not contact the cluster or read files yet: a preview of new resources needs neither. */
  async configure(config: ValueMap): Promise<void> {
    // not known in a preview that creates the cluster: then nothing queries it
    if (containsUnknown(config)) return;
    const client = new KubernetesClient({
      kubeconfig: text(config.kubeconfig) || undefined,
      context: text(config.context) || undefined,
      patienceMs: this.#options.patienceMs,
    });
    this.#connection = new Connection(client, this.#log, this.#options.environment);
  }

  async close(): Promise<void> {}

  #configured(): Connection {
    if (this.#connection === undefined) {
      throw new Error("the cluster is not known yet, because the provider's arguments are not");
    }
    return this.#connection;
  }
}
