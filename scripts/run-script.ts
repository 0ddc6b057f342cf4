import { UsageRequested } from "./script-arguments";

/** Runs a script's main function; what it throws is one line, and the exit code is 1. */
export function runScript(name: string, main: () => Promise<number>): void {
  exitCodeOf(name, main).then((code) => {
    process.exitCode = code;
  });
}

/** The exit code of a script, once it has said what went wrong. */
export async function exitCodeOf(name: string, main: () => Promise<number>): Promise<number> {
  try {
    return await main();
  } catch (error) {
    if (error instanceof UsageRequested) {
      console.log(error.message);
      return 0;
    }
    console.error(`${name}: ${(error as Error).message}`);
    return 1;
  }
}
