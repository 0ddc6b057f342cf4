import assert from "node:assert/strict";
import fc from "fast-check";
import { format } from "../../../../../scripts/adopt/write/format";
import {
  constantName,
  literal,
  useCaseSource,
} from "../../../../../scripts/adopt/write/typescript";

/** Strings that a shell reads as variables, as do JavaScript templates. */
const A = `\${A}`;

const evaluate = (source: string) => new Function(`return (${source});`)();

describe("values as TypeScript", () => {
  it("evaluate to themselves", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        if (JSON.stringify(value).includes("__proto__")) return;
        assert.deepEqual(evaluate(literal(value)), JSON.parse(JSON.stringify(value)));
      }),
    );
    const texts = [A, `\`${A}\` \\${A} "c" \\`, "a\u2028b", "\n\t\u0000", "*/"];
    for (const text of texts) assert.equal(evaluate(literal(text)), text);
  });

  it("are formatted and free of warnings", () => {
    const value = {
      a: `echo ${A} \`x\``,
      "b-c": [1, { d: null }],
      e: 'it\'s "f"',
      long: "x ".repeat(90),
    };
    const source = format(
      "use-cases/x/index.ts",
      useCaseSource("x", "A doc */ with an end", value),
    );
    assert.match(
      source,
      /^import type \{ UseCaseDefinition \} from "\.\.\/definition";\n\n\/\*\* A doc \* \/ with/,
    );
    assert.match(source, /^ {2}a: `echo \\\$\{A\} \\`x\\``,$/m);
    assert.equal(format("use-cases/x/index.ts", source), source);
  });

  it("have constants named after the use case", () => {
    assert.equal(constantName("churn-model"), "churnModel");
    assert.equal(constantName("x"), "x");
    assert.equal(constantName("new"), "useCaseNew");
    assert.equal(constantName("use-cases"), "useCaseUseCases");
  });
});
