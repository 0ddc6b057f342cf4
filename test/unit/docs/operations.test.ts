import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../../..");

/** All sources of messages: TypeScript files and the scripts that start the plugins. */
function readSources(): string {
  const patterns = ["*.ts", "providers/*/bin/*", ":!test/"];
  return execFileSync("git", ["ls-files", ...patterns], { cwd: root })
    .toString()
    .trim()
    .split("\n")
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n")
    .replaceAll(/^\s*(\/\/|\/?\*).*$/gm, "") // a comment is not a message
    .replaceAll(/["`] \+\s+["`]/g, ""); // strings joined across lines are one message
}

/** The fixed parts of a message, without placeholders and example names. */
function fixedParts(message: string): string[] {
  return message
    .replaceAll(/default\/x|\bseldon (?=already)/g, "…")
    .split("…")
    .map((part) => part.replaceAll(/^[\s"(:)]+|[\s"(:)]+$/g, ""))
    .filter((part) => part !== "");
}

describe("the messages in docs/operations.md", () => {
  const text = readFileSync(join(root, "docs/operations.md"), "utf8");
  const table = text.slice(text.indexOf("## What messages mean"));
  const cells = [...table.matchAll(/^\| (`.+?) \|/gm)].map(([, cell = ""]) => cell);
  const messages = cells.flatMap((cell) => [...cell.matchAll(/`(.+?)`/g)].map((m) => m[1] ?? ""));

  it("are those that the code prints", () => {
    assert.ok(messages.length >= 15, `${messages.length}`);
    const sources = readSources();
    const missing = messages.flatMap((message) =>
      fixedParts(message)
        .filter((part) => !sources.includes(part))
        .map((part) => `${part} (in ${message})`),
    );
    // messages of the engine itself
    assert.deepEqual(missing, [
      "failed to load checkpoint (in failed to load checkpoint)",
      "pending operations (in pending operations)",
    ]);
  });

  it("are compared without the values in them", () => {
    assert.deepEqual(fixedParts('makes the detector name "…", which is … characters long'), [
      "makes the detector name",
      ", which is",
      "characters long",
    ]);
    assert.deepEqual(fixedParts("pipeline default/x already exists"), [
      "pipeline",
      "already exists",
    ]);
  });
});
