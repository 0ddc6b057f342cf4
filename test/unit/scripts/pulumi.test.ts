import assert from "node:assert/strict";
import { pulumiError, runPulumi, tryPulumi } from "../../../scripts/pulumi";
import { FakePulumi } from "../../support/fake-pulumi";

describe("the Pulumi CLI that scripts run", () => {
  let cli: FakePulumi;
  beforeEach(() => {
    cli = new FakePulumi();
  });
  afterEach(() => cli.remove());

  it("fails with its output on standard error", async () => {
    cli.fail("stack export", "no stack named 'x' found");
    const options = { env: cli.environment() };
    const args = ["stack", "export", "--stack", "x"];
    await assert.rejects(runPulumi(args, options), {
      message: "pulumi stack export: no stack named 'x' found",
    });
    assert.equal((await tryPulumi(args, options)).code, 1);
  });

  it("fails with all lines of an error joined into one, and without warnings", () => {
    const stderr =
      "warning: old\nerror: the stack is currently locked by 1 lock(s).\n  file:///x: created by alice\n";
    assert.equal(
      pulumiError(["stack", "rm"], { code: 1, stdout: "", stderr }).message,
      "pulumi stack rm: the stack is currently locked by 1 lock(s).; file:///x: created by alice",
    );
  });

  it("never fails with its standard output, which may contain secrets", () => {
    const result = { code: 255, stdout: '{"token":"s3cret"}', stderr: "" };
    assert.equal(
      pulumiError(["config", "--show-secrets"], result).message,
      "pulumi config --show-secrets: exit code 255",
    );
  });
});
