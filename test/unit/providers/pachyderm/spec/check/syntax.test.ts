import assert from "node:assert/strict";
import {
  captureGroups,
  cronProblem,
  globProblem,
  highestReference,
  isCommitId,
  quantityProblem,
  quantityValue,
  sizeProblem,
} from "../../../../../../providers/pachyderm/spec/check/syntax";

type Rule = (text: string) => string | undefined;

function table(rule: Rule, good: readonly string[], bad: readonly string[]): void {
  for (const text of good) {
    it(`accepts ${JSON.stringify(text)}`, () => assert.equal(rule(text), undefined));
  }
  for (const text of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(typeof rule(text), "string"));
  }
}

describe("a cron expression", () => {
  table(
    cronProblem,
    [
      "* * * * *",
      "  0   0 1 1 0 ",
      "*/5 0-23/2 1,15 jan-MAR mon",
      "? ? ? ? ?",
      "5/15 * * * *",
      "1,,2 * * * *",
      "@daily",
      "@midnight",
      "@every 1h30m",
      "@every 1.5s",
      "@never",
      " @never ",
    ],
    [
      "",
      "never ever",
      "* * * *",
      "* * * * * *",
      "60 * * * *",
      "* 24 * * *",
      "* * 0 * *",
      "* * * 13 *",
      "* * * * 7",
      "5-1 * * * *",
      "*/0 * * * *",
      "1/2/3 * * * *",
      "1-2-3 * * * *",
      "-1 * * * *",
      "x * * * *",
      "@fortnightly",
      "@every",
      "@every soon",
    ],
  );
});

describe("a trigger's size", () => {
  table(sizeProblem, ["1", "10MB", "1.5 GiB", "3k", "7b"], ["", "big", "MB", "-1MB", "1XB"]);
});

describe("a Kubernetes quantity", () => {
  table(quantityProblem, ["1", "0.5", "256Mi", "4G", "100m", "1e9"], ["", "512MB", "1 Gi", "lots"]);

  it("has a value in each of its forms", () => {
    const values = {
      "1Ki": 1024,
      "1k": 1000,
      "500m": 0.5,
      "1e3": 1000,
      "-1Gi": -(2 ** 30),
      ".5": 0.5,
    };
    for (const [text, value] of Object.entries(values)) assert.equal(quantityValue(text), value);
    assert.equal(quantityValue("1 Gi"), undefined);
  });
});

describe("a glob", () => {
  table(
    globProblem,
    ["/", "/*", "/**/x", "/[a-z]*", "/{a,b}", "/@(a|b)", "/\\[", "/[(]"],
    ["/[", "/{a", "/@(a", "../a", "..", "a/../../b"],
  );

  it("has a capture group for each parenthesis that is not literal", () => {
    const groups = {
      "/*": 0,
      "/(*)": 1,
      "/(*)-@(a|(b))": 3,
      "/\\(*": 0,
      "/[(]*": 0,
      "/[a\\](]": 0,
    };
    for (const [glob, count] of Object.entries(groups))
      assert.equal(captureGroups(glob), count, glob);
  });

  it("is referenced by numbers after a dollar sign", () => {
    const references = { key: 0, $: 0, $1: 1, "$2-$1": 2, $$1: 1 };
    for (const [text, highest] of Object.entries(references)) {
      assert.equal(highestReference(text), highest, text);
    }
    assert.equal(highestReference(`a\${3}b`), 3);
  });
});

describe("a commit's id", () => {
  it("has 32 hexadecimal digits", () => {
    assert.equal(isCommitId("0123456789abcdef".repeat(2)), true);
    for (const text of ["", "a".repeat(31), "a".repeat(33), "A".repeat(32), `${"a".repeat(32)}\n`])
      assert.equal(isCommitId(text), false, JSON.stringify(text));
  });
});
