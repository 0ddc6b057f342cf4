import assert from "node:assert/strict";
import { toolChecks } from "../../../../../scripts/doctor/checks/tools";
import type { PulumiCli } from "../../../../../scripts/doctor/stack/pulumi-cli";
import { NOT_INSTALLED } from "../../../../../scripts/pulumi";
import { linesOf, outcomesOf } from "../../../../support/doctor";

const printing =
  (stdout: string): PulumiCli =>
  async () => ({ stdout });

describe("the doctor's checks of the tools", () => {
  it("pass if every tool is recent enough", async () => {
    const checks = toolChecks({ cli: printing("v3.259.0\n"), node: "22.1.0" });
    assert.deepEqual(await linesOf(checks), [
      "passed 22.1.0",
      "passed 3.259.0",
      "passed both provider plugins are built",
    ]);
  });

  it("name a tool that is too old, with the version to install", async () => {
    const checks = toolChecks({ cli: printing("v3.99.10\n"), node: "20.18.3" });
    const [node, pulumi] = await outcomesOf(checks);
    assert.equal(node?.status, "failed");
    assert.match(node?.action ?? "", /^install Node\.js 20\.19 or newer/);
    assert.equal(pulumi?.text, "3.99.10 is too old");
    assert.match(pulumi?.action ?? "", /3\.259\.0 or newer: https:/);
  });

  it("report a missing Pulumi CLI, or plugins that are not built", async () => {
    const checks = toolChecks({ cli: async () => ({ problem: NOT_INSTALLED }) });
    assert.deepEqual(await linesOf(checks, "pulumi"), ["failed the Pulumi CLI is not on PATH"]);
    const elsewhere = toolChecks({ cli: printing("v4.0.0"), folder: __dirname });
    const [plugins] = await outcomesOf(elsewhere, "plugins");
    assert.match(plugins?.text ?? "", /^not built: .*pachyderm.*seldon/);
    assert.equal(plugins?.action, "run `npm run build`");
  });

  it("require the version in the README", async () => {
    const { readFileSync } = await import("node:fs");
    const readme = readFileSync("README.md", "utf8");
    assert.match(readme, /\[Pulumi CLI\]\([^)]*\) 3\.259 or newer/);
  });
});
