import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pulumiCli } from "../../../../../scripts/doctor/stack/pulumi-cli";
import { runPreview } from "../../../../../scripts/preview/run-preview";
import { NOT_INSTALLED } from "../../../../../scripts/pulumi";
import { folderOfTools } from "../../../../support/tools-folder";

describe("the scripts' calls of the Pulumi CLI", () => {
  const path = process.env.PATH;
  let folder: string;

  beforeEach(() => {
    folder = folderOfTools();
    process.env.PATH = folder;
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });

  it("report that it is not installed", async () => {
    assert.deepEqual(await pulumiCli(["version"]), { problem: NOT_INSTALLED });
    await assert.rejects(runPreview("dev"), /the Pulumi CLI is not on PATH: https:/);
  });

  it("return what it prints, or its error without warnings around it", async () => {
    const script = `#!/bin/sh
case "$1" in
version) echo v3.259.0 ;;
*) echo "warning: A new version of Pulumi is available" >&2; echo "error: no stack named 'x' found" >&2; exit 6 ;;
esac
`;
    writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
    assert.deepEqual(await pulumiCli(["version"]), { stdout: "v3.259.0\n" });
    assert.deepEqual(await pulumiCli(["config"]), { problem: "no stack named 'x' found" });
  });
});
