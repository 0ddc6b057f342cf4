/** What changes may cost: the block `budget`, and how to continue when a limit is exceeded. */
import type { z } from "zod";
import { refuseLines, setCommand } from "./messages";
import { schemas, type Values } from "./schema";
import { duration } from "./schema-parts";

/** Limits for a single run: `--config` would write them into the stack file. */
export const BUDGET_VARIABLE = "PACHYDERM_SELDON_BUDGET";

interface Limits {
  readonly budget: Values["budget"];
  /** The settings that override those of every use case. */
  readonly useCase: { readonly refuseWhileRunning?: string | undefined };
}

const once = schemas.budget.extend({ refuseWhileRunning: duration().optional() });
const KEYS = Object.keys(once.shape);

/** The limits that `KEY=VALUE,…` sets for one run, `off` for none. Invalid limits end the program. */
export function budgetOfThisRun(text: string | undefined): Limits {
  if (text === undefined || text.trim() === "") return { budget: {}, useCase: {} };
  const entries = text.split(",").map((part) => part.trim().split("=", 2));
  const problems = entries.flatMap(([key = "", value]) => {
    if (!KEYS.includes(key))
      return [`"${key}" is not a valid key; expected one of ${KEYS.join(", ")}`];
    const expected = problemOf(key, value);
    return expected === undefined
      ? []
      : [`${key} is ${JSON.stringify(value ?? "")}; ${expected}, or off`];
  });
  if (problems.length > 0)
    refuseLines(
      `${BUDGET_VARIABLE} has`,
      problems.map((line) => `${BUDGET_VARIABLE}: ${line}`),
    );
  const limits = Object.fromEntries(
    entries.map(([key = "", value]) => [key, limitOf(key, value)]),
  ) as z.output<typeof once>;
  const { refuseWhileRunning, ...budget } = limits;
  return { budget, useCase: "refuseWhileRunning" in limits ? { refuseWhileRunning } : {} };
}

function problemOf(key: string, value: string | undefined): string | undefined {
  const { error } = once.safeParse({ [key]: limitOf(key, value) ?? null });
  return value === "off" ? undefined : error?.issues[0]?.message;
}

function limitOf(key: string, value: string | undefined): string | number | undefined {
  if (value === "off") return undefined;
  return key === "killedJobs" && value !== undefined && value !== "" ? Number(value) : value;
}

/** How to continue when a limit is exceeded, by key; `VALUE` is a placeholder for the lowest sufficient limit. */
export function budgetWays(): Record<string, string> {
  const keys = Object.keys(schemas.budget.shape);
  return Object.fromEntries(keys.map((key) => [key, wayOn(["budget", key], key)]));
}

/** How to continue when a use case refuses to have a running job killed. */
export function runningWay(useCase: string): string {
  return wayOn(["useCases", useCase, "refuseWhileRunning"], "refuseWhileRunning");
}

function wayOn(path: readonly string[], key: string): string {
  const set = setCommand(path, { value: "VALUE" });
  return `${set}, or, for a single run, \`${BUDGET_VARIABLE}=${key}=VALUE pulumi up\``;
}
