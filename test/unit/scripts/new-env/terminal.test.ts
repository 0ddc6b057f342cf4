import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { openTerminal } from "../../../../scripts/new-env/terminal";

function open() {
  const input = new PassThrough();
  const output = new PassThrough();
  const controller = new AbortController();
  const terminal = openTerminal(input, output, controller.signal, () => {
    controller.abort();
  });
  return { input, terminal, shown: () => String(output.read() ?? "") };
}

describe("a terminal", () => {
  it("shows what is typed, and trims it", async () => {
    const { input, terminal, shown } = open();
    const answer = terminal.ask("name: ");
    input.write(" ada \r");
    assert.equal(await answer, "ada");
    assert.match(shown(), /name: .*ada/s);
    terminal.close();
  });

  it("shows nothing of the answer to a hidden question, and does not trim it", async () => {
    const { input, terminal, shown } = open();
    const answer = terminal.ask("password: ", true);
    input.write(" canary \r");
    assert.equal(await answer, " canary ");
    const next = terminal.ask("name: ");
    input.write("ada\r");
    assert.equal(await next, "ada");
    assert.match(shown(), /^password: \n.*name: .*ada/s);
    assert.doesNotMatch(shown(), /canary/);
    terminal.close();
  });

  for (const [name, key] of [
    ["Ctrl-C", "\x03"],
    ["Ctrl-D", "\x04"],
  ] as const) {
    it(`ends the question with ${name}`, async () => {
      const { input, terminal } = open();
      const answer = terminal.ask("name: ");
      input.write(key);
      await assert.rejects(answer, { name: "AbortError" });
      terminal.close();
    });
  }
});
