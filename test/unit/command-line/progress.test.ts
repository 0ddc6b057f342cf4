import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Progress } from "../../../command-line/progress";

class Screen extends Writable {
  text = "";

  constructor(readonly isTTY: boolean) {
    super();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

describe("progress", () => {
  it("redraws one line on a terminal and removes it at the end", async () => {
    const screen = new Screen(true);
    await new Progress(screen).during("building etcd", async (update) => {
      update("12 of 40 packages");
      await sleep(250);
    });
    const clear = "\r\u001b[K";
    assert.equal(screen.text, `${clear}building etcd … 12 of 40 packages, 0 s${clear}`);
  });

  it("writes plain lines elsewhere", async () => {
    const screen = new Screen(false);
    const progress = new Progress(screen);
    const result = await progress.during("building etcd", async () => {
      progress.say("in between");
      return "built";
    });
    assert.equal(result, "built");
    assert.equal(screen.text, "building etcd …\nin between\n");
  });

  it("clears its line when a step fails", async () => {
    const screen = new Screen(true);
    const failing = new Progress(screen).during("step", () => Promise.reject(new Error("no")));
    await assert.rejects(failing, /no/);
    await sleep(250);
    assert.equal(screen.text, "\r\u001b[K");
  });
});
