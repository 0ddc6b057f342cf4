import { oneLine } from "../../providers/kit/one-line";
import { type Check, failed, type Outcome, Unavailable, unchecked } from "./check";
import type { Finding } from "./report";

const LIMIT_MS = 20_000;

/**
 * Runs all checks at the same time and returns what they found in their order. A check that does not
 * end in time, or that throws, is a finding like any other: the rest is still checked.
 */
export async function runChecks(checks: readonly Check[]): Promise<Finding[]> {
  const found = await Promise.all(checks.map(runCheck));
  return found.flat();
}

async function runCheck(check: Check): Promise<Finding[]> {
  const { area, name, title } = check;
  const outcomes = await withinLimit(check);
  return outcomes.map(({ subject = null, status, found, action = null }) => ({
    check: `${area}.${name}`,
    area,
    title,
    subject,
    status,
    found: oneLine(found),
    action: action && oneLine(action),
  }));
}

async function withinLimit({ run, limitMs = LIMIT_MS }: Check): Promise<readonly Outcome[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome[]>((resolve) => {
    const found = `there was no result within ${limitMs / 1000} s`;
    const action = "check the connection and whether the server is overloaded, and run it again";
    timer = setTimeout(() => resolve([failed(found, action)]), limitMs);
  });
  try {
    return await Promise.race([run().catch(describeError), late]);
  } finally {
    clearTimeout(timer);
  }
}

function describeError(error: Error): Outcome[] {
  if (error instanceof Unavailable) return [unchecked(error.message)];
  return [failed(error.message, "correct what the message names, and run the doctor again")];
}
