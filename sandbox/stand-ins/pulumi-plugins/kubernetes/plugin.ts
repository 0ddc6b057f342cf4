import type { Log } from "../../../../providers/kit/engine-log";
import type { CheckResult, Plugin, ResourceHandler } from "../../../../providers/kit/handler";
import type { ValueMap } from "../../../../providers/kit/values";
import { checkOptions } from "../options";
import { type Cluster, connect } from "./cluster";
import { kinds } from "./kinds";
import { ObjectHandler } from "./object-handler";
import { diffProvider } from "./provider-diff";
import { OPTIONS, readSettings } from "./settings";

/**
 * A stand-in for Pulumi's kubernetes plugin in the sandbox, if that cannot be downloaded: it has the
 * same inputs, states, ids and previews for the few resource types that this project registers.
 * https://github.com/pulumi/pulumi-kubernetes
 */
export class KubernetesPlugin implements Plugin {
  readonly name = "kubernetes";
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  #cluster: Cluster | undefined;

  readonly #log: Log;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(
    readonly version: string,
    log: Log,
    environment: NodeJS.ProcessEnv = process.env,
  ) {
    this.#log = log;
    this.#environment = environment;

    this.resources = Object.fromEntries(
      Object.entries(kinds).map(([token, kind]) => [
        token,
        new ObjectHandler(kind, () => this.#configured(), log),
      ]),
    );
  }

  /** Empty: SDKs are generated from the official plugin's schema. */
  schema(): string {
    return JSON.stringify({ name: this.name, version: this.version });
  }

  async checkConfig(config: ValueMap): Promise<CheckResult> {
    return checkOptions(this.name, config, OPTIONS);
  }

  async configure(config: ValueMap, urn: string | undefined): Promise<void> {
    await this.#log.log("debug", `the sandbox's stand-in for ${this.name} ${this.version}`, urn);
    this.#cluster = await connect(readSettings(config, this.#environment));
  }

  diffConfig(before: ValueMap, after: ValueMap) {
    return diffProvider(before, after);
  }

  async close(): Promise<void> {}

  #configured(): Cluster {
    if (this.#cluster === undefined) throw new Error("the provider is not configured");
    return this.#cluster;
  }
}
