/** Runs a script's main function; what it throws is one line, and the exit code is 1. */
export function runScript(name: string, main: () => Promise<number>): void {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: Error) => {
      console.error(`${name}: ${error.message}`);
      process.exitCode = 1;
    },
  );
}
