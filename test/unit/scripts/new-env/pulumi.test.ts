import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { Pulumi } from "../../../../scripts/new-env/pulumi";
import { FakePulumi } from "../../../support/fake-pulumi";

describe("the Pulumi CLI that new-env uses", () => {
  it("is reported as missing, without suggesting a login", async () => {
    const pulumi = new Pulumi({ cwd: tmpdir(), env: { PATH: "/nonexistent" } });
    await assert.rejects(pulumi.backend(), /^Error: the Pulumi CLI is not on PATH: https:/);
  });

  it("suggests a login if there is no backend", async () => {
    const cli = new FakePulumi();
    try {
      cli.fail("whoami", "PULUMI_ACCESS_TOKEN must be set");
      const pulumi = new Pulumi({ cwd: tmpdir(), env: cli.environment() });
      await assert.rejects(
        pulumi.backend(),
        /not logged in .*`pulumi login gs:\/\/BUCKET`.*TOKEN/s,
      );
    } finally {
      cli.remove();
    }
  });
});
