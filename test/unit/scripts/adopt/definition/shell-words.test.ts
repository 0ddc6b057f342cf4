import assert from "node:assert/strict";
import fc from "fast-check";
import { shellLine } from "../../../../../components/common/shell-line";
import { parseOptions } from "../../../../../scripts/adopt/definition/python-options";
import { shellWords } from "../../../../../scripts/adopt/definition/shell-words";

describe("the words of a shell line", () => {
  it("are those that the components quoted", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), (texts) => {
        const words = texts.map((text) => text.replaceAll("\0", ""));
        assert.deepEqual(shellWords(shellLine(words)), words);
      }),
    );
    assert.deepEqual(shellWords("  a  'b c'd\\ e "), ["a", "b cd e"]);
  });

  it("are unknown if the shell does more than split", () => {
    for (const line of [
      "a $B",
      "a `b`",
      'a "b"',
      "a | b",
      "a > b",
      "a; b",
      "a && b",
      "a *.txt",
      "a ~/b",
      "a # b",
      "a {b,c}",
      "a 'b",
      "a \\",
      "a\nb",
    ]) {
      assert.equal(shellWords(line), undefined, line);
    }
  });
});

describe("the options of a Python program", () => {
  it("are parsed from the beginning, in both forms, up to the first unknown or repeated one", () => {
    const known = ["--name", "--repo"];
    assert.deepEqual(parseOptions(["--name", "a", "--repo=-b", "--x", "--name", "c"], known), {
      values: { name: "a", repo: "-b" },
      extra: ["--x", "--name", "c"],
    });
    assert.deepEqual(parseOptions(["--name", "a", "--name", "b"], known).extra, ["--name", "b"]);
    assert.deepEqual(parseOptions(["--named", "a"], known).extra, ["--named", "a"]);
    assert.deepEqual(parseOptions(["--repo"], known), { values: {}, extra: ["--repo"] });
  });
});
