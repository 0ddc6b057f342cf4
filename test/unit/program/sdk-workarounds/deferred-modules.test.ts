import assert from "node:assert/strict";
import { run } from "../../../../command-line/processes/run";
import { repository } from "../../../../command-line/repository";

/** In a separate process, because the SDK is already loaded in this one. */
const PROGRAM = `
require("./program/sdk-workarounds");
const pulumi = require("@pulumi/pulumi");
const loaded = (folder) => Object.keys(require.cache).filter((file) => file.includes(folder)).length;
const FOLDERS = ["pulumi/automation/", "npmcli/arborist/", "normalize-package-data/", "/typescript/lib/"];
const count = () => FOLDERS.map(loaded);
const atStart = count();
const listed = Object.keys(pulumi.automation).includes("LocalWorkspace");
const { LocalWorkspace } = pulumi.automation;
const answer = 42;
const used = [pulumi.runtime.computeCodePaths(), pulumi.runtime.serializeFunction(() => answer)];
Promise.all(used).then(([paths, { text }]) => {
  const ofModules = [...paths.keys()].some((path) => path.startsWith("node_modules"));
  const create = typeof LocalWorkspace.create;
  const serialized = text.includes("42");
  console.log(JSON.stringify({ atStart, listed, create, ofModules, serialized, used: count() }));
});
`;

/** The placeholder of each folder's module; that of the compiler is in the SDK's folder. */
const LOADED_AT_START = [1, 1, 1, 0];

describe("the SDK's modules that this program does not use", function () {
  this.timeout(30_000);

  it("are loaded once they are used, and work", async () => {
    const args = ["--require", "tsx/cjs", "--eval", PROGRAM];
    const { stdout } = await run(process.execPath, args, { cwd: repository });
    const { atStart, used, ...worked } = JSON.parse(stdout);
    assert.deepEqual(atStart, LOADED_AT_START);
    assert.ok(
      used.every((count: number, index: number) => count > (LOADED_AT_START[index] ?? 0)),
      `${used}`,
    );
    assert.deepEqual(worked, {
      listed: true,
      create: "function",
      ofModules: true,
      serialized: true,
    });
  });
});
