import { oneLine } from "../../providers/kit/one-line";
import { type Check, failed, type Outcome, Unavailable, unchecked } from "./check";
import type { Finding } from "./report";

const LIMIT_MS = 20_000;

/**
 * Runs all checks at the same time, and returns their findings in order. A check that throws or
 * does not finish in time results in a finding; the other checks still run.
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
    const found = `no result within ${limitMs / 1000} s`;
    const action = "check the connection and the load of the server, and run the doctor again";
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
  return [failed(error.message, "fix the problem in the message, and run the doctor again")];
}
