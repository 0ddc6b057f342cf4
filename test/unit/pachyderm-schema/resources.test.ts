import assert from "node:assert/strict";
import * as ts from "typescript";
import { readClasses } from "../../../pachyderm/plugin/schema/generate-resources";
import { readPropertyType } from "../../../pachyderm/plugin/schema/read-property-type";
import { PROVIDER, RESOURCES } from "../../../pachyderm/plugin/schema/resources";

describe("the resources in the schema", () => {
  const classes = readClasses();

  it("are as their classes and doc comments say", () => {
    const command = "npx tsx pachyderm/plugin/schema/generate-resources.ts && npm run format";
    assert.deepEqual(PROVIDER, classes.provider, `run: ${command}`);
    assert.deepEqual(RESOURCES, classes.resources, `run: ${command}`);
  });

  it("require the arguments without a question mark", () => {
    const repo = classes.resources["pachyderm:index:Repo"];
    assert.deepEqual(repo?.requiredInputs, ["name"]);
    assert.deepEqual(repo?.requiredOutputs, ["name", "project"]);
  });

  it("take paragraphs of doc comments as they are, without the breaks of their lines", () => {
    assert.equal(
      classes.resources["pachyderm:index:Repo"]?.description,
      "A Pachyderm repo: versioned data. Deleting it deletes all its commits.\n\n" +
        "Import id: `project/repo`.",
    );
  });

  it("describe an output without a comment as the argument of that name", () => {
    const { inputProperties, outputProperties } = classes.resources["pachyderm:index:Repo"] ?? {};
    assert.equal(outputProperties?.description?.description, "What the repo holds, in words.");
    assert.deepEqual(outputProperties?.description, inputProperties?.description);
  });
});

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

  it("takes one of some texts as text", () => {
    assert.deepEqual(read('pulumi.Input<"auto" | "off">'), { type: "string" });
  });

  it("refuses what the schema can't say", () => {
    assert.throws(() => read("string | number"), /there is no schema type for string \| number/);
    assert.throws(() => read("Date"), /there is no schema type for Date/);
  });
});
