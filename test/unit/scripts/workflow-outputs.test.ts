import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setOutputs } from "../../../scripts/workflow-outputs";

describe("the outputs of a workflow's step", () => {
  const before = process.env.GITHUB_OUTPUT;
  const folder = mkdtempSync(join(tmpdir(), "outputs-"));
  const file = join(folder, "outputs");
  afterEach(() => {
    if (before === undefined) delete process.env.GITHUB_OUTPUT;
    else process.env.GITHUB_OUTPUT = before;
  });
  after(() => rmSync(folder, { recursive: true }));

  it("are added to the file that the runner names, and to no other", () => {
    writeFileSync(file, "earlier=1\n");
    delete process.env.GITHUB_OUTPUT;
    setOutputs({ fingerprint: "lost" });
    process.env.GITHUB_OUTPUT = file;
    setOutputs({ fingerprint: "59acd3ea615a", port_forward: "" });
    const expected = "earlier=1\nfingerprint=59acd3ea615a\nport_forward=\n";
    assert.equal(readFileSync(file, "utf8"), expected);
  });

  it("never set another output through a value with several lines", () => {
    process.env.GITHUB_OUTPUT = file;
    assert.throws(
      () => setOutputs({ fingerprint: "x\nport_forward=--all" }),
      /^Error: the output fingerprint must be a single line$/,
    );
  });
});
