/** `npm run lint:workflows`: checks the workflows with actionlint and zizmor. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../sandbox/paths";
import { Progress } from "../sandbox/runtime/progress";
import { run } from "../sandbox/runtime/run";
import { obtainActionlint, obtainZizmor } from "./lint-workflows/linters";
import { runScript } from "./run-script";

const folder = join(".github", "workflows");

async function main(): Promise<number> {
  const progress = new Progress();
  const files = readdirSync(join(repository, folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name));
  if (files.length === 0) throw new Error(`no workflows found in ${folder}`);
  // shellcheck and pyflakes would be used where a machine happens to have them
  const plain = ["-no-color", "-shellcheck=", "-pyflakes="];
  const syntax = await lint(await obtainActionlint(progress), [...plain, ...files]);
  // offline: what it would look up online changes without a change of ours
  const offline = ["--offline", "--no-progress", "--persona=regular"];
  const security = await lint(await obtainZizmor(progress), [...offline, ...files]);
  if (syntax + security > 0) return 1;
  process.stdout.write(`${files.length} workflows pass actionlint and zizmor\n`);
  return 0;
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
