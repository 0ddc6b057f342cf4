import assert from "node:assert/strict";
import { readPachyderm } from "../../../../../../providers/pachyderm/plugin/schema/generate-resources";
import { PROVIDER, RESOURCES } from "../../../../../../providers/pachyderm/plugin/schema/resources";

describe("the resources in the schema", () => {
  const classes = readPachyderm();

  it("match their classes and doc comments", () => {
    const command =
      "npx tsx providers/pachyderm/plugin/schema/generate-resources.ts && npm run format";
    assert.deepEqual(PROVIDER, classes.provider, `run: ${command}`);
    assert.deepEqual(RESOURCES, classes.resources, `run: ${command}`);
  });

  it("require the arguments without a question mark", () => {
    const repo = classes.resources["pachyderm:index:Repo"];
    assert.deepEqual(repo?.requiredInputs, ["name"]);
    assert.deepEqual(repo?.requiredOutputs, ["name", "project"]);
  });

  it("keep the paragraphs of doc comments, without their line breaks", () => {
    assert.equal(
      classes.resources["pachyderm:index:Repo"]?.description,
      "A Pachyderm repo: versioned data. Deleting it deletes all its commits.\n\n" +
        "Import id: `project/repo`.",
    );
  });

  it("describe an output without a comment as the argument of that name", () => {
    const { inputProperties, outputProperties } = classes.resources["pachyderm:index:Repo"] ?? {};
    assert.equal(outputProperties?.description?.description, "A description of the repo.");
    assert.deepEqual(outputProperties?.description, inputProperties?.description);
  });
});
