import { readUserFile } from "../../command-line/read-user-file";
import type { Plan } from "./plan";

/** Reads a plan that an earlier `npm run plan` wrote. */
export function readPlan(file: string): Plan {
  const text = readUserFile(file).toString("utf8");
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch {
    throw new Error(`${file} is not a plan: it is not valid JSON`);
  }
  if (!isPlan(plan)) throw new Error(`${file} was not written by this version of \`npm run plan\``);
  return plan;
}

/** Whether a value has the structure of a plan. */
export function isPlan(value: unknown): value is Plan {
  if (typeof value !== "object" || value === null) return false;
  const { version, stack, fingerprint, steps, secrets } = value as Partial<Plan>;
  return (
    version === 1 &&
    typeof stack === "string" &&
    typeof fingerprint === "string" &&
    Array.isArray(steps) &&
    steps.every(
      ({ urn, op, values }) =>
        typeof urn === "string" && typeof op === "string" && isHashes(values),
    ) &&
    isHashes(secrets)
  );
}

function isHashes(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((hash) => typeof hash === "string")
  );
}
