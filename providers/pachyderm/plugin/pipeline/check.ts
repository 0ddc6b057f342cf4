import { checkDeclared } from "../../../kit/arguments";
import type { Log } from "../../../kit/engine-log";
import type { CheckRequest, CheckResult } from "../../../kit/handler";
import { checkSpec, formatProblem, type Problem } from "../../spec/check";
import type { Connection } from "../connection/connection";
import { RESOURCES } from "../schema/resources";
import { refusedChange } from "./inputs";

/** Checks a pipeline's arguments as far as possible without the server. */
export class PipelineCheck {
  /** The topics of warnings that were logged. */
  readonly #topics = new Set<string>();

  readonly #connection: () => Connection;
  readonly #log: Log;

  constructor(connection: () => Connection, log: Log) {
    this.#connection = connection;
    this.#log = log;
  }

  async check({ inputs, oldInputs, urn }: CheckRequest): Promise<CheckResult> {
    const { settings, version } = this.#connection();
    const failures = checkDeclared(inputs, RESOURCES["pachyderm:index:Pipeline"]);
    if (failures.length > 0) return { inputs, failures };
    const refused =
      oldInputs.spec === undefined ? undefined : refusedChange(oldInputs, inputs, settings.project);
    if (refused !== undefined) return { inputs, failures: [{ reason: refused }] };
    const problems = checkSpec(inputs.spec ?? null, { project: settings.project, server: version });
    for (const warning of problems.warnings) await this.#warn(warning, urn);
    // without a property, because the engine would print the whole spec beside the reason
    return {
      inputs,
      failures: problems.failures.map((problem) => ({ reason: formatProblem(problem) })),
    };
  }

  /** Logs a warning; one with a topic only once, for the first pipeline that it concerns. */
  async #warn(warning: Problem, urn: string): Promise<void> {
    const { topic } = warning;
    if (topic !== undefined && this.#topics.has(topic)) return;
    const isFirst = topic === undefined ? "" : "; this warning is not repeated for other pipelines";
    if (topic !== undefined) this.#topics.add(topic);
    await this.#log.log("warning", `${formatProblem(warning)}${isFirst}`, urn);
  }
}
