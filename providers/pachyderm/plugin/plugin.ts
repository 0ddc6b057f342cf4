import { diffValues } from "../../kit/diff";
import type { Log } from "../../kit/engine-log";
import type { CheckResult, FunctionHandler, Plugin, ResourceHandler } from "../../kit/handler";
import type { ValueMap } from "../../kit/values";
import { COSTS_FILE_VARIABLE } from "../change-costs/merge";
import { BranchHandler } from "./branch/handler";
import type { LookupLimitsOptions } from "./change-costs/lookup-limits";
import { Connection } from "./connection/connection";
import { checkSettings, readSettings } from "./connection/settings";
import { describeStack } from "./describe-stack";
import { findResource } from "./find-resource";
import { PipelineHandler } from "./pipeline/handler";
import { ProjectHandler } from "./project/handler";
import { RepoHandler } from "./repo/handler";
import { RobotTokenHandler } from "./robot-token/handler";
import { RoleBindingHandler } from "./role-binding/handler";
import { providerSchema } from "./schema";

export interface PluginOptions {
  /** The environment for settings that the program does not set. Default: the process's. */
  readonly environment?: NodeJS.ProcessEnv;
  /** How long to retry an unreachable server. Default: 10 s. */
  readonly patienceMs?: number;
  /** The clock, Unix time in milliseconds. Default: the machine's. */
  readonly now?: () => number;
  /** The limits of lookups that are only for information. */
  readonly lookupLimits?: LookupLimitsOptions;
}

/** The Pachyderm provider: https://www.pulumi.com/docs/iac/concepts/providers/ */
export class PachydermPlugin implements Plugin {
  readonly name = "pachyderm";
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  readonly functions: Readonly<Record<string, FunctionHandler>>;
  readonly #log: Log;
  readonly #options: PluginOptions;
  #connection: Connection | undefined;

  constructor(
    readonly version: string,
    log: Log,
    options: PluginOptions = {},
  ) {
    this.#log = log;
    this.#options = options;
    const connection = () => this.#connected();
    this.resources = {
      "pachyderm:index:Branch": new BranchHandler(connection, log),
      "pachyderm:index:Pipeline": new PipelineHandler(connection, log),
      "pachyderm:index:Project": new ProjectHandler(connection),
      "pachyderm:index:Repo": new RepoHandler(connection),
      "pachyderm:index:RobotToken": new RobotTokenHandler(connection, options.now ?? Date.now),
      "pachyderm:index:RoleBinding": new RoleBindingHandler(connection, log),
    };
    this.functions = {
      "pachyderm:index:describeStack": describeStack(connection),
      "pachyderm:index:findResource": findResource(connection),
    };
  }

  schema(): string {
    return JSON.stringify(providerSchema(this.version));
  }

  async checkConfig(config: ValueMap): Promise<CheckResult> {
    return { inputs: config, failures: checkSettings(config) };
  }

  /**
   * Resources belong to a cluster: another address is valid only if it is that of the same cluster.
   */
  async configChanged(before: ValueMap, after: ValueMap, urn: string): Promise<void> {
    if (diffValues(before.address ?? null, after.address ?? null).length === 0) return;
    await this.#log.log(
      "warning",
      "Pachyderm's address changes. This does not replace any resources: if the new address is " +
        "that of a different cluster, updates and deletes of this stack's resources will fail",
      urn,
    );
  }

  async configure(config: ValueMap, urn: string | undefined): Promise<void> {
    const { environment = process.env, patienceMs } = this.#options;
    const settings = readSettings(config, environment);
    const { now = Date.now, lookupLimits: limits } = this.#options;
    const costs = { file: environment[COSTS_FILE_VARIABLE], now, limits };
    this.#connection = new Connection({ ...settings, patienceMs, environment, costs }, this.#log);
    await this.#connection.probe(urn);
  }

  async cancel(): Promise<void> {
    await this.#connection?.endPreview();
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  #connected(): Connection {
    if (this.#connection === undefined) throw new Error("the provider is not configured");
    return this.#connection;
  }
}
