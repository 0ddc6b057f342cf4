import type { ExpiredStack } from "./expired";
import type { Pulumi } from "./pulumi";
import type { Failure } from "./remove";
import { formatStack } from "./stacks";

/** Destroys and removes expired stacks, one after another; after a failure it goes on with the next. */
export async function destroyExpired(
  expired: readonly ExpiredStack[],
  pulumi: Pulumi,
  report: (line: string) => void,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const stack of expired.filter(({ kept }) => kept === undefined)) {
    const what = `stack ${formatStack(stack)}`;
    try {
      report(`destroying ${what}`);
      await pulumi.destroyStack(formatStack(stack), (text) => report(text.trimEnd()));
      report(`destroyed and removed ${what}`);
    } catch (error) {
      failures.push({ what, problem: (error as Error).message });
    }
  }
  return failures;
}
