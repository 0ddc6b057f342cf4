import assert from "node:assert/strict";
import { parseArgs } from "../../../command-line/parse-args";

const options = {
  stack: { type: "string" },
  json: { type: "boolean", short: "j" },
  "own-repos": { type: "boolean" },
} as const;

function problem(args: string[], environment: NodeJS.ProcessEnv = {}): string {
  try {
    parseArgs({ args, options }, environment);
  } catch (error) {
    return (error as Error).message;
  }
  return assert.fail("it was read");
}

describe("the arguments of a command", () => {
  it("are parsed as by Node.js", () => {
    const { values } = parseArgs({ args: ["--stack", "dev", "-j"], options });
    assert.deepEqual({ ...values }, { stack: "dev", json: true });
  });

  for (const [args, message] of [
    [["--stak", "dev"], "unknown option --stak; did you mean --stack?"],
    [["--own-repo"], "unknown option --own-repo; did you mean --own-repos?"],
    [["--verbose=1"], "unknown option --verbose; expected one of --stack, --json, --own-repos"],
    [["-x"], "unknown option -x; expected one of --stack, --json, --own-repos"],
    [["--stack"], "--stack requires a value"],
    [["--stack", "--json"], "--stack requires a value"],
    [["--json=yes"], "--json does not take a value"],
    [["dev"], 'unexpected argument "dev"'],
  ] as const) {
    it(`${args.join(" ")}: ${message}`, () => assert.equal(problem([...args]), message));
  }

  it("are refused if npm consumed an option, because there is no -- before it", () => {
    const message =
      "npm consumed --stack: put the options of a script after `--`, as in `npm run doctor -- --stack …`";
    const npm = { npm_lifecycle_event: "doctor", npm_config_stack: "true" };
    assert.equal(problem([], npm), message);
    const { values } = parseArgs({ args: ["--stack", "dev"], options }, npm);
    assert.equal(values.stack, "dev");
    const own = { npm_lifecycle_event: "doctor", npm_config_json: "true" };
    assert.deepEqual({ ...parseArgs({ args: [], options }, own).values }, {});
  });
});
