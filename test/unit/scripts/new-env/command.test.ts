import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../../../command-line/repository";
import { FakePulumi } from "../../../support/fake-pulumi";
import { runInProcess } from "../../../support/in-process-script";
import { runOnTerminal } from "../../../support/pseudo-terminal";

const STACK = "sandbox-unit-new-env";
const FILE = join(repository, `Pulumi.${STACK}.yaml`);

describe("npm run new-env", function () {
  this.timeout(20_000);
  let pulumi: FakePulumi;
  let env: NodeJS.ProcessEnv;
  const { isTTY } = process.stdout;

  beforeEach(() => {
    pulumi = new FakePulumi();
    pulumi.answer("whoami --json", { url: "file:///state" });
    pulumi.answer("stack ls", []);
    env = { ...pulumi.environment(), PULUMI_CONFIG_PASSPHRASE: "only a test" };
    process.stdout.isTTY = false; // the user who runs the tests may have a terminal
  });
  afterEach(() => {
    process.stdout.isTTY = isTTY;
    pulumi.remove();
    rmSync(FILE, { force: true });
  });

  const LOOKS = [/^whoami --json /, /^stack ls --json /];

  /** Asserts that only read-only commands were called. */
  function assertNothingMade(): void {
    const calls = pulumi.calls();
    assert.equal(calls.length, LOOKS.length, calls.join("\n"));
    for (const [i, look] of LOOKS.entries()) assert.match(calls[i] ?? "", look);
  }

  it("lists everything that is missing or invalid at once, and creates nothing", async () => {
    delete env.PULUMI_CONFIG_PASSPHRASE;
    const args = [STACK, "--use-case=nope", "--location=EU"];
    const { code, stdout, stderr } = await runInProcess("new-env", args, env);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^new-env: invalid answers:\n {2}--use-case: nope is not a use case/);
    assert.match(stderr, /^missing options \(on a terminal, new-env prompts for them\):$/m);
    for (const option of ["pachyderm-address", "context", "gcp-project", "bucket"]) {
      assert.match(stderr, new RegExp(`^ {2}--${option} [A-Z]+ +[a-z]`, "im"));
    }
    assert.match(stderr, /^ {2}PULUMI_CONFIG_PASSPHRASE/m);
    assert.doesNotMatch(stderr, /--location/);
    assertNothingMade();
    assert.ok(!existsSync(FILE));
  });

  it("creates nothing if Ctrl-C ends its questions, and leaves the stack's file unchanged", async () => {
    const before = "config:\n  gcp:project: p # as somebody wrote it\n";
    writeFileSync(FILE, before);
    const line = `"${process.execPath}" --import tsx scripts/new-env.ts ${STACK} --no-doctor`;
    const { code, shown } = await runOnTerminal(line, {
      cwd: repository,
      env,
      replies: ["nope", undefined],
    });
    assert.equal(code, 130, shown);
    assert.match(shown, /nope is not a use case/);
    assert.match(shown, /^new-env: interrupted; nothing was created$/m);
    assertNothingMade();
    assert.equal(readFileSync(FILE, "utf8"), before);
  });
});
