import { UsageRequested } from "./script-arguments";

/** Runs a script's main function. An error is printed on one line, and the exit code is then 1. */
export function runScript(name: string, main: () => Promise<number>): void {
  exitCodeOf(name, main).then((code) => {
    process.exitCode = code;
  });
}

/** Prints the error of a script, and returns its exit code. */
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
