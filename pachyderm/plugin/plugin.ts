import type { Log } from "../../provider-kit/engine-log";
import type { CheckResult, Plugin, ResourceHandler } from "../../provider-kit/handler";
import type { ValueMap } from "../../provider-kit/values";
import { Connection } from "./connection";
import { PipelineHandler } from "./pipeline-handler";
import { RepoHandler } from "./repo-handler";
import { providerSchema } from "./schema";
import { checkSettings, readSettings } from "./settings";

export interface PluginOptions {
  /** Where settings come from that the program leaves out. Default: the process's own. */
  readonly environment?: NodeJS.ProcessEnv;
  /** How long a server that is out of reach is tried. Default: 10 s. */
  readonly patienceMs?: number;
}

/** The Pachyderm provider: https://www.pulumi.com/docs/iac/concepts/providers/ */
export class PachydermPlugin implements Plugin {
  readonly name = "pachyderm";
  readonly resources: Readonly<Record<string, ResourceHandler>>;
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
      "pachyderm:index:Pipeline": new PipelineHandler(connection, log),
      "pachyderm:index:Repo": new RepoHandler(connection),
    };
  }

  schema(): string {
    return JSON.stringify(providerSchema(this.version));
  }

  async checkConfig(config: ValueMap): Promise<CheckResult> {
    return { inputs: config, failures: checkSettings(config) };
  }

  async configure(config: ValueMap, urn: string | undefined): Promise<void> {
    const { environment = process.env, patienceMs } = this.#options;
    const settings = readSettings(config, environment);
    this.#connection = new Connection({ ...settings, patienceMs }, this.#log);
    await this.#connection.probe(urn);
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  #connected(): Connection {
    if (this.#connection === undefined) throw new Error("the provider was not configured");
    return this.#connection;
  }
}
