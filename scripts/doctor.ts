/** Checks what an update of a stack needs: docs/doctor.md. */

// before the SDK is loaded: skips the modules that this program does not use
import "../program/sdk-workarounds";
import { showOnTerminal } from "../command-line/progress";
import { runDoctor } from "./doctor/run-doctor";
import { runScript } from "./run-script";
import { readStackAndJson } from "./script-arguments";

const usage = `usage: npm run --silent doctor -- --stack NAME [--json]

Checks everything that an update of the stack needs, without changing anything. Prints the result of
each check, with what to do if it did not pass.
  --json   prints the report as JSON (docs/doctor.schema.json)
Exit codes: 0 no check failed; 1 the doctor cannot run; 7 a check failed
`;

const GRACE_MS = 500;

async function main(): Promise<number> {
  const { stack, json } = readStackAndJson(usage);
  let text = "";
  const code = await showOnTerminal(`checking stack ${stack}`, () =>
    runDoctor(stack, {
      json,
      write: (report) => {
        text = report;
      },
    }),
  );
  await new Promise((resolve) => process.stdout.write(text, resolve));
  // a request that a check no longer waits for must not keep the process alive
  setTimeout(() => process.exit(code), GRACE_MS).unref();
  return code;
}

runScript("doctor", main);
