import assert from "node:assert/strict";
import { type RunResult, run } from "../../../../command-line/processes/run";
import { repository } from "../../../../command-line/repository";
import { FakePulumi } from "../../../support/fake-pulumi";
import { runInProcess } from "../../../support/in-process-script";

const TAG = "pachyderm-seldon:preview-env-of";

/** The script with a Pulumi CLI that records its calls. */
describe("npm run preview-env with a locked stack", function () {
  this.timeout(20_000);
  let pulumi: FakePulumi;

  beforeEach(() => {
    pulumi = new FakePulumi();
    const resource = { urn: "urn:pulumi:pr-12::pachyderm-seldon::a:b:C::d", type: "a:b:C" };
    pulumi.answer("stack export", { version: 3, deployment: { resources: [resource] } }, "pr-12");
    pulumi.answer("stack tag", { [TAG]: "dev" });
    for (const call of ["destroy", "cancel", "stack rm"]) pulumi.accept(call);
  });
  afterEach(() => pulumi.remove());

  const environment = () => ({ ...process.env, ...pulumi.environment() });
  const argumentsOf = (...args: string[]) => ["--pull-request", "12", "--stack", "dev", ...args];

  const previewEnv = (...args: string[]): Promise<RunResult> =>
    runInProcess("preview-env", argumentsOf(...args), environment());

  /** The same in a separate process. */
  function runCommand(...args: string[]): Promise<RunResult> {
    const program = ["--require", "tsx/cjs", "scripts/preview-env.ts", ...argumentsOf(...args)];
    const options = { cwd: repository, env: environment(), allowFailure: true };
    return run(process.execPath, program, options);
  }

  const lockedSince = (time: Date, user = "runner") =>
    pulumi.failOnce(
      "destroy",
      `the stack is currently locked by 1 lock(s). Either wait\n  gs://state/lock.json: created by ${user}@vm-1 (pid 7) at ${time.toISOString()}`,
    );
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  /** The calls that changed something. */
  const changes = () => pulumi.calls().filter((call) => !/^stack (export|tag ls)/.test(call));

  it("never breaks the lock of an update that can still be running", async () => {
    lockedSince(minutesAgo(30));
    const { code, stderr } = await previewEnv("--destroy", "--unlock");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^preview-env: stack pr-12 is locked by runner@vm-1 \(pid 7\) since 20\S+Z: wait until that update/m,
    );
    assert.deepEqual(changes(), ["destroy --yes --skip-preview --stack pr-12"]);
  });

  it("never breaks the lock of a colleague's update, which may take longer than a job", async () => {
    lockedSince(minutesAgo(120), "bob");
    const { code, stderr } = await previewEnv("--destroy", "--unlock");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /is locked by bob@vm-1 .*: this may be an update on another user's machine/,
    );
    assert.deepEqual(changes(), ["destroy --yes --skip-preview --stack pr-12"]);
  });

  it("breaks the lock of an update that was certainly killed, and runs again", async () => {
    lockedSince(minutesAgo(61));
    const { code, stderr } = await runCommand("--destroy", "--unlock");
    assert.equal(code, 0, stderr);
    assert.deepEqual(changes(), [
      "destroy --yes --skip-preview --stack pr-12",
      "cancel --yes --stack pr-12 --non-interactive",
      "destroy --yes --skip-preview --stack pr-12",
      "stack rm --yes --stack pr-12 --non-interactive",
    ]);
  });
});
