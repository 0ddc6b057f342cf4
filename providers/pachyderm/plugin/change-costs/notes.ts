import type { Log } from "../../../kit/engine-log";
import type { CostNote } from "../../change-costs/merge";
import { type TrapFacts, trapsOf } from "../../change-costs/traps";
import type { CostAccounts } from "./accounts";
import type { FailedLookups } from "./failed-lookups";

/** The findings about one change. */
export interface Findings {
  /** The lines to show; undefined ones are left out. */
  readonly lines: readonly (string | undefined)[];
  readonly notes: readonly CostNote[];
  readonly failed: FailedLookups;
}

/** Shows the costs of changes on their resources, and counts them. */
export class CostNotes {
  readonly #log: Log;
  readonly #accounts: CostAccounts;
  /** What has been shown: warnings by topic, and reasons why something could not be looked up. */
  readonly #said = new Set<string>();

  constructor(log: Log, accounts: CostAccounts) {
    this.#log = log;
    this.#accounts = accounts;
  }

  async say(urn: string, message: string): Promise<void> {
    await this.#log.log("info", message, urn);
  }

  /** @throws OverBudget if a limit is exceeded */
  async report(urn: string, { lines, notes, failed }: Findings): Promise<void> {
    for (const line of lines) if (line !== undefined) await this.say(urn, line);
    const missing: CostNote[] = [];
    for (const { reason, line } of failed.lines) {
      // the same reason applies to all changes, so it is shown once
      if (!this.#isNew(reason)) continue;
      missing.push({ notLookedUp: line });
      await this.say(urn, `not looked up: ${line}`);
    }
    this.#accounts.add([...missing, ...notes]);
  }

  /** Records that the costs could not be looked up. */
  async fail(urn: string, message: string): Promise<void> {
    this.#accounts.add([{ notLookedUp: message }]);
    await this.say(urn, `not looked up: ${message}`);
  }

  /** Warns about surprising effects, each topic once. `hint` is what users change to reprocess. */
  async warn(urn: string, hint: string, facts: TrapFacts): Promise<void> {
    for (const { topic, message } of trapsOf(facts)) {
      if (!this.#isNew(`topic ${topic}`)) continue;
      const line = hint === "" ? message : message.replaceAll("`reprocess`", `\`${hint}\``);
      await this.#log.log("warning", line, urn);
    }
  }

  #isNew(what: string): boolean {
    if (this.#said.has(what)) return false;
    this.#said.add(what);
    return true;
  }
}
