import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { runPreview } from "../../../../scripts/preview/run-preview";
import { FakePulumi } from "../../../support/fake-pulumi";

describe("a preview that a script runs", () => {
  let pulumi: FakePulumi;
  let shown: string;

  beforeEach(() => {
    pulumi = new FakePulumi();
    shown = "";
  });
  afterEach(() => pulumi.remove());

  function preview(isTTY: boolean) {
    const terminal = Object.assign(new PassThrough(), { isTTY });
    terminal.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
    });
    return runPreview("dev", { env: pulumi.environment() }, terminal);
  }

  it("shows its progress on a terminal, and nothing elsewhere", async () => {
    pulumi.answer("preview", { steps: [] });
    assert.equal((await preview(false)).failed, false);
    assert.equal(shown, "");
    await preview(true);
    assert.equal(shown, "\r\u001b[K", "a line that was redrawn is gone in the end");
  });

  it("fails with only the reason if the engine does not start", async () => {
    pulumi.fail("preview", "no stack named 'dev' found");
    await assert.rejects(preview(false), { message: "no stack named 'dev' found" });
  });
});
