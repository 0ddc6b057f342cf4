import assert from "node:assert/strict";
import fc from "fast-check";
import { block, code, cut, mermaidLabel, rowOf } from "../../../../scripts/markdown/escape";

describe("text of others in a comment", () => {
  it("is in code, where nothing is markup or a mention", () => {
    assert.equal(code("dogs-and-cats"), "`dogs-and-cats`");
    assert.equal(code("<b>@all</b>"), "`<b>@all</b>`");
  });

  it("does not end its code span or its cell", () => {
    assert.equal(rowOf([code("a|b"), "c"]), "| `a\\|b` | c |");
    // outside of tables the backslash would be part of a command
    assert.equal(code("kubectl get pods | grep a"), "`kubectl get pods | grep a`");
    assert.equal(code("a`b"), "``a`b``");
    assert.equal(code("`a``"), "``` `a`` ```");
    assert.equal(code("a\n\n| b"), "`a | b`");
    assert.equal(code(""), "` `");
  });

  it("hides nothing: characters that change the direction or have no width become spaces", () => {
    assert.equal(code("a\u202Eb\u200Bc"), "`a b c`");
  });

  it("does not end its block", () => {
    assert.equal(block(["a", "```", "# b\u0007"]), "````\na\n```\n# b \n````");
    assert.equal(block(["+ a"], "diff"), "```diff\n+ a\n```");
  });

  it("is a quoted label in Mermaid, with special characters as codes", () => {
    assert.equal(mermaidLabel("reports/weekly-1"), '"reports/weekly-1"');
    assert.equal(mermaidLabel('a"]; click b'), '"a#34;#93;#59; click b"');
  });

  it("is cut between characters", () => {
    assert.equal(cut("abcdef", 4), "abc…");
    assert.equal(cut("🐕🐈🐎", 3), "🐕🐈🐎");
  });

  it("never exceeds its limits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const span = code(text);
        assert.ok(!/[\n\r]/.test(span));
        assert.ok(!/(^|[^\\])\|/.test(span), span);
        const [fence = ""] = /^`+/.exec(span) ?? [];
        const inner = span.slice(fence.length, -fence.length);
        assert.ok(!inner.match(/`+/g)?.some((run) => run === fence));
        assert.match(mermaidLabel(text), /^"[^"<>\n]*"$/);
      }),
    );
  });
});
