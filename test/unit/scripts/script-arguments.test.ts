import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../command-line/processes/run";
import { repository } from "../../../command-line/repository";
import {
  readOptions,
  readWithPositionals,
  UsageRequested,
} from "../../../scripts/script-arguments";
import { runInProcess } from "../../support/in-process-script";

const USAGE = "usage: npm run NAME -- [--stack NAME]";
const OPTIONS = { stack: { type: "string" } } as const;

/**
 * The scripts that package.json runs with options, except `render`, which reports errors in its own
 * way.
 */
function scripts(): string[] {
  const { scripts: all } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  return Object.entries(all as Record<string, string>)
    .filter(([, command]) => /^node --require tsx\/cjs scripts\//.test(command))
    .map(([name]) => name)
    .filter((name) => !["lint:workflows", "render"].includes(name));
}

describe("the arguments of scripts", () => {
  it("are options, and words if the script takes them", () => {
    assert.deepEqual({ ...readOptions(USAGE, OPTIONS, ["--stack", "prod"]) }, { stack: "prod" });
    assert.deepEqual(readWithPositionals(USAGE, OPTIONS, ["a", "b"]).positionals, ["a", "b"]);
  });

  it("are refused with the usage if they are invalid", () => {
    const message = `unknown option --stak; did you mean --stack?\n${USAGE}`;
    assert.throws(() => readOptions(USAGE, OPTIONS, ["--stak", "prod"]), { message });
    assert.throws(
      () => readOptions(USAGE, OPTIONS, ["prod"]),
      /unexpected argument "prod"\nusage: /,
    );
  });

  it("request the usage, whatever else they contain", () => {
    for (const args of [["--help"], ["-h"], ["--stak", "--help"]]) {
      assert.throws(() => readOptions(USAGE, OPTIONS, args), new UsageRequested(USAGE));
      assert.throws(() => readWithPositionals(USAGE, OPTIONS, args), new UsageRequested(USAGE));
    }
  });
});

describe("--help", function () {
  this.timeout(20_000);
  assert.ok(scripts().length > 10);
  for (const name of scripts()) {
    it(`of ${name} prints the usage and nothing else`, async () => {
      const { code, stdout, stderr } = await runInProcess(name, ["--help"], {});
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
      assert.match(stdout, new RegExp(`^usage: npm run (--silent )?${name} .*-`, "i"));
      assert.ok(stdout.endsWith("\n") && !stdout.endsWith("\n\n"));
    });
  }

  it("of render prints the usage and nothing else", async () => {
    const command = ["--require", "tsx/cjs", "scripts/render.ts", "--help"];
    const { stdout, stderr } = await run(process.execPath, command, { cwd: repository });
    assert.match(stdout, /^usage: npm run --silent render -- .*\n$/);
    assert.equal(stderr, "");
  });
});
