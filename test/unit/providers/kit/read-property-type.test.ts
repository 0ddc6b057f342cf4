import assert from "node:assert/strict";
import * as ts from "typescript";
import { readPropertyType } from "../../../../providers/kit/read-property-type";

describe("readPropertyType", () => {
  function read(text: string) {
    const file = ts.createSourceFile("t.ts", `type T = ${text};`, ts.ScriptTarget.Latest, true);
    const [statement] = file.statements;
    assert.ok(statement && ts.isTypeAliasDeclaration(statement));
    return readPropertyType(statement.type);
  }

  it("sees through inputs and outputs", () => {
    assert.deepEqual(read("pulumi.Input<string>"), { type: "string" });
    assert.deepEqual(read("pulumi.Output<number | undefined>"), { type: "number" });
  });

  it("reads lists and maps of inputs", () => {
    assert.deepEqual(read("pulumi.Input<pulumi.Input<string>[]>"), {
      type: "array",
      items: { type: "string" },
    });
    assert.deepEqual(read("Record<string, pulumi.Input<string>>"), {
      type: "object",
      additionalProperties: { type: "string" },
    });
  });

  it("reads a union of string literals as a string", () => {
    assert.deepEqual(read('pulumi.Input<"auto" | "off">'), { type: "string" });
  });

  it("refuses what the schema cannot express", () => {
    assert.throws(() => read("string | number"), /no schema type for string \| number/);
    assert.throws(() => read("Date"), /no schema type for Date/);
  });
});
