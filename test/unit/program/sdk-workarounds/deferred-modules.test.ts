import assert from "node:assert/strict";
import { run } from "../../../../command-line/processes/run";
import { repository } from "../../../../command-line/repository";

/** In a separate process, because the SDK is already loaded in this one. */
const PROGRAM = `
require("./program/sdk-workarounds");
const pulumi = require("@pulumi/pulumi");
const loaded = (folder) => Object.keys(require.cache).filter((file) => file.includes(folder)).length;
const count = () => ["pulumi/automation/", "npmcli/arborist/", "normalize-package-data/"].map(loaded);
const atStart = count();
const listed = Object.keys(pulumi.automation).includes("LocalWorkspace");
const { LocalWorkspace } = pulumi.automation;
pulumi.runtime.computeCodePaths().then((paths) => {
  const ofModules = [...paths.keys()].some((path) => path.startsWith("node_modules"));
  const create = typeof LocalWorkspace.create;
  console.log(JSON.stringify({ atStart, listed, create, ofModules, used: count() }));
});
`;

describe("the SDK's modules that this program does not use", function () {
  this.timeout(30_000);

  it("are loaded once they are used, and work", async () => {
    const args = ["--require", "tsx/cjs", "--eval", PROGRAM];
    const { stdout } = await run(process.execPath, args, { cwd: repository });
    const { atStart, used, ...worked } = JSON.parse(stdout);
    // the placeholder of each
    assert.deepEqual(atStart, [1, 1, 1]);
    assert.ok(
      used.every((count: number) => count > 1),
      `${used}`,
    );
    assert.deepEqual(worked, { listed: true, create: "function", ofModules: true });
  });
});
