import assert from "node:assert/strict";
import { completeConfig } from "../../config";
import type { Values } from "../../config/schema";
import { readValues } from "../../config/values";
import type { Check } from "../../scripts/doctor/check";
import { type CheckedStack, checkedStack } from "../../scripts/doctor/checked-stack";
import type { Finding } from "../../scripts/doctor/report";
import { runChecks } from "../../scripts/doctor/run-checks";
import { StackState } from "../../scripts/doctor/stack/state";
import { stackConfig } from "./stack-config";

export interface StackOptions {
  /** The resources of the state; undefined: the state cannot be read. */
  readonly resources?: readonly object[] | undefined;
  readonly variables?: NodeJS.ProcessEnv;
  readonly undecrypted?: string;
}

/** A stack with a complete configuration in which some keys are changed. */
export function doctorStack(
  changes: Record<string, unknown>,
  { variables = {}, undecrypted, ...options }: StackOptions = {},
): CheckedStack {
  const raw = stackConfig(changes);
  const { values, named, problems } = readValues(raw);
  assert.deepEqual(problems, []);
  const config = completeConfig(values as Values, named);
  const resources = "resources" in options ? options.resources : [];
  const state = resources && new StackState(JSON.stringify({ deployment: { resources } }), "dev");
  const configuration = {
    raw,
    values,
    problems: [],
    config,
    undecrypted,
    secrets: [],
    secretsProvider: undefined,
  };
  return checkedStack("dev", { ...configuration, publicText: "" }, state, {
    variables: { PACH_CONFIG: "/nonexistent", ...variables },
    patienceMs: 0,
  });
}

/** What a check finds, without the parts that all of its findings share. */
export async function outcomesOf(checks: Check | readonly Check[], name?: string) {
  const all = [checks].flat().filter((check) => name === undefined || check.name === name);
  assert.ok(all.length > 0, `there is no check ${name}`);
  return (await runChecks(all)).map(({ subject, status, found, action }) => ({
    status,
    text: subject === null ? found : `${subject}: ${found}`,
    action,
  }));
}

/** Each finding as `status subject: found`. */
export async function linesOf(checks: Check | readonly Check[], name?: string): Promise<string[]> {
  return (await outcomesOf(checks, name)).map(({ status, text }) => `${status} ${text}`);
}

export function finding(more: Partial<Finding> = {}): Finding {
  return {
    check: "tools.node",
    area: "tools",
    title: "Node.js",
    subject: null,
    status: "passed",
    found: "20.19.0",
    action: null,
    ...more,
  };
}
