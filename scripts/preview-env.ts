/**
 * The environment of a pull request: `npm run preview-env -- --stack NAME --pull-request NUMBER`
 * creates or updates it next to the stack that the pull request is for, and uses that stack's data.
 */
// before the SDK is loaded: skips the modules that this program does not use
import "../program/sdk-workarounds";
import { readArguments } from "./preview-env/arguments";
import { previewEnv } from "./preview-env/preview-env";
import { runScript } from "./run-script";

async function main(): Promise<number> {
  return await previewEnv(readArguments(process.argv.slice(2)), process.env, {
    print: (text) => process.stdout.write(text),
    report: (line) => console.error(line),
  });
}

runScript("preview-env", main);
