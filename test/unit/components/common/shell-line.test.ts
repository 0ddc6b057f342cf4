import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { optionWords, shellLine } from "../../../../components/common/shell-line";

/** The words that /bin/sh splits the lines into, one list per line. */
function shellWords(lines: readonly string[]): string[][] {
  const script = lines.map((line) => `printf '%s\\0' ${line}; printf '\\0\\0'`).join("\n");
  const output = execFileSync("/bin/sh", ["-s"], { input: script, encoding: "utf8" });
  return output
    .split("\0\0\0")
    .slice(0, -1)
    .map((words) => words.split("\0"));
}

describe("shellLine", () => {
  it("quotes nothing that needs no quotes", () => {
    const words = [
      "python",
      "train.py",
      "--git-url",
      "https://git@github.com:/a/b.git",
      "a=b,c%d+e_f",
    ];
    assert.equal(shellLine(words), words.join(" "));
  });

  it("quotes what a shell would interpret", () => {
    assert.equal(
      shellLine(["", "two words", "it's", "$HOME", "~", "*", "a;b", "#c"]),
      `'' 'two words' 'it'\\''s' '$HOME' '~' '*' 'a;b' '#c'`,
    );
  });

  it("results in exactly the given words, whatever they contain", () => {
    // any string without half of a surrogate pair; fast-check's own "binary" takes a second to list
    // them all
    const character = fc
      .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
      .map((codePoint) => String.fromCodePoint(codePoint));
    const word = fc
      .oneof(
        fc.string({ unit: character, minLength: 1 }),
        fc.string({ unit: fc.constantFrom(..."'\"\\$`!*?[]{}()<>|&;~# \t\nab-"), minLength: 1 }),
      )
      .filter((text) => !text.includes("\0"));
    const lines = fc.sample(fc.array(word, { minLength: 1, maxLength: 5 }), 150);
    assert.deepEqual(shellWords(lines.map(shellLine)), lines);
  });

  it("refuses what no argument can contain", () => {
    assert.throws(() => shellLine(["a\0b"]), {
      message: "a command's argument contains a NUL character",
    });
  });
});

describe("optionWords", () => {
  it("keeps the order, omits options without a value, and adds further words at the end", () => {
    assert.deepEqual(
      optionWords(
        [
          ["--a", "x"],
          ["--b", undefined],
          ["--c", 4],
        ],
        ["--d", "e f"],
      ),
      ["--a", "x", "--c", "4", "--d", "e f"],
    );
  });

  it("joins a value that looks like an option to its name", () => {
    assert.deepEqual(optionWords([["--git-ref", "-x"]]), ["--git-ref=-x"]);
  });

  it("passes an empty value", () => {
    assert.deepEqual(optionWords([["--sub-dir", ""]]), ["--sub-dir", ""]);
  });
});
