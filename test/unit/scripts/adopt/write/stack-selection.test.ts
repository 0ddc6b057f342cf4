import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  selectedUseCases,
  selectUseCase,
} from "../../../../../scripts/adopt/write/stack-selection";

const KEY = "pachyderm-seldon:useCases";

/** Selects `new` in a stack file. */
const select = (text: string, adopt = false) => selectUseCase(text, "new", { adopt });

describe("the selection of a use case in a stack file", () => {
  it("adds one line, and keeps comments and everything else", () => {
    const dev = readFileSync(join(__dirname, "../../../../../Pulumi.dev.yaml"), "utf8");
    assert.equal(select(dev), `${dev}    new: {}\n`);
    assert.equal(select(dev, true), `${dev}    new: {}\n  pachyderm-seldon:adopt: true\n`);
    assert.deepEqual(selectedUseCases(select(dev)).at(-1), "new");
  });

  const cases: [what: string, before: string, after: string][] = [
    [
      "in the middle of the file",
      `config:\n  ${KEY}:\n    a:\n      data:\n        keep: true # note\n    # end\n  x:y: z\n`,
      `config:\n  ${KEY}:\n    a:\n      data:\n        keep: true # note\n    new: {}\n    # end\n  x:y: z\n`,
    ],
    [
      "without a line break at the end",
      `config:\n  ${KEY}:\n    a: {}`,
      `config:\n  ${KEY}:\n    a: {}\n    new: {}\n`,
    ],
    [
      "after other indentation",
      `config:\n    ${KEY}:\n        a: {}\n`,
      `config:\n    ${KEY}:\n        a: {}\n        new: {}\n`,
    ],
    ["in braces", `config:\n  ${KEY}: {a: {}}\n`, `config:\n  ${KEY}: {a: {}, "new":{}}\n`],
    [
      "in empty braces",
      `config:\n  ${KEY}: {} # none\n`,
      `config:\n  ${KEY}:\n    new: {} # none\n`,
    ],
    ["in nothing", `config:\n  ${KEY}:\n  x:y: z\n`, `config:\n  ${KEY}:\n    new: {}\n  x:y: z\n`],
    ["that selects none", "config:\n  x:y: z\n", `config:\n  x:y: z\n  ${KEY}:\n    new: {}\n`],
    [
      "without configuration",
      "encryptionsalt: v1\n",
      `encryptionsalt: v1\nconfig:\n  ${KEY}:\n    new: {}\n`,
    ],
    ["that is empty", "", `config:\n  ${KEY}:\n    new: {}\n`],
    ["whose configuration is empty", "config: {}\n", `config:\n  ${KEY}:\n    new: {}\n`],
    ["whose configuration is nothing", "config:\n", `config:\n  ${KEY}:\n    new: {}\n`],
    [
      "after a block of text",
      `config:\n  ${KEY}:\n    a:\n      training:\n        gitRef: |\n          v1\n`,
      `config:\n  ${KEY}:\n    a:\n      training:\n        gitRef: |\n          v1\n    new: {}\n`,
    ],
    [
      "after a list",
      `config:\n  x:y: z\n  x:l:\n    - a\n    - b\nencryptionsalt: v1\n`,
      `config:\n  x:y: z\n  x:l:\n    - a\n    - b\n  ${KEY}:\n    new: {}\nencryptionsalt: v1\n`,
    ],
  ];
  for (const [what, before, after] of cases) {
    it(`works ${what}`, () => assert.equal(select(before), after));
  }

  it("works with everything in braces, as in JSON", () => {
    const other = '{"config":{"x:y":"z"},"encryptionsalt":"v1"}';
    assert.equal(
      select(other, true),
      `{"config":{"x:y":"z", "${KEY}":{"new":{}}, "pachyderm-seldon:adopt":true},"encryptionsalt":"v1"}`,
    );
    assert.equal(
      select(`{"config":{"${KEY}":{"a":{}}}}\n`),
      `{"config":{"${KEY}":{"a":{}, "new":{}}}}\n`,
    );
    assert.equal(select(`{"config":{"${KEY}":{}}}`), `{"config":{"${KEY}":{"new":{}}}}`);
  });

  it("turns adopt on if it is off", () => {
    const text = `config:\n  pachyderm-seldon:adopt: false # later\n  ${KEY}:\n    a: {}\n`;
    assert.equal(
      select(text, true),
      `config:\n  pachyderm-seldon:adopt: true # later\n  ${KEY}:\n    a: {}\n    new: {}\n`,
    );
  });

  it("is refused if the use cases are JSON text", () => {
    assert.throws(
      () => select(`config:\n  ${KEY}: '{"a":{}}'\n`),
      /useCases is a string; write it as an object/,
    );
  });
});
