/** `npm run lint:workflows`: checks the workflows and actions with actionlint and zizmor. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../command-line/processes/run";
import { Progress } from "../command-line/progress";
import { repository } from "../command-line/repository";
import { obtainActionlint, obtainZizmor } from "./lint-workflows/linters";
import { runScript } from "./run-script";

const WORKFLOWS = join(".github", "workflows");
const ACTIONS = join(".github", "actions");

/** GitHub added the key in May 2026, after actionlint 1.7.12; a unit test checks its values. */
const UNKNOWN_TO_ACTIONLINT = 'unexpected key "queue" for "concurrency" section';

async function main(): Promise<number> {
  const progress = new Progress();
  const files = yamlFiles(WORKFLOWS);
  if (files.length === 0) throw new Error(`${WORKFLOWS} contains no workflows`);
  const actions = readdirSync(join(repository, ACTIONS)).map((name) =>
    join(ACTIONS, name, "action.yaml"),
  );
  // otherwise, shellcheck and pyflakes would be used if a machine happens to have them
  const plain = ["-no-color", "-shellcheck=", "-pyflakes=", "-ignore", UNKNOWN_TO_ACTIONLINT];
  // it reads the actions that workflows use
  const syntax = await lint(await obtainActionlint(progress), [...plain, ...files]);
  // offline: online lookups would change the result without a change in this repository
  const offline = ["--offline", "--no-progress", "--persona=regular"];
  const security = await lint(await obtainZizmor(progress), [...offline, ...files, ...actions]);
  if (syntax + security > 0) return 1;
  process.stdout.write(
    `workflows and actions (${files.length + actions.length} files) pass actionlint and zizmor\n`,
  );
  return 0;
}

function yamlFiles(folder: string): string[] {
  return readdirSync(join(repository, folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name));
}

async function lint(program: string, args: string[]): Promise<number> {
  const { code, stdout, stderr } = await run(program, args, {
    cwd: repository,
    allowFailure: true,
  });
  if (code !== 0) process.stdout.write(stdout + stderr);
  return code;
}

runScript("lint:workflows", main);
