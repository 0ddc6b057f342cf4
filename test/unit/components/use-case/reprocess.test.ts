import assert from "node:assert/strict";
import { named, record, wholeProgram } from "../../../support/program-recorder";
import { secretKeys, stackConfig } from "../../../support/stack-config";

const reprocessOf = async (training: object) => {
  const useCases = { "image-classification": { training } };
  const recording = await record(wholeProgram, { config: stackConfig({ useCases }), secretKeys });
  return ["training", "deployment"].map((part) => {
    const { inputs } = named(recording, `image-classification-${part}-pipeline`);
    return [inputs.reprocess, inputs.reprocessHint];
  });
};

describe("`reprocess` of a use case", () => {
  const hint = (part: string) => `pachyderm-seldon:useCases.image-classification.${part}.reprocess`;

  it("has a value from the start, because the first one does not count as a change, and names its key", async () => {
    assert.deepEqual(await reprocessOf({}), [
      ["", hint("training")],
      ["", hint("deployment")],
    ]);
  });

  it("is set for one pipeline by the configuration", async () => {
    assert.deepEqual(await reprocessOf({ reprocess: "2026-11" }), [
      ["2026-11", hint("training")],
      ["", hint("deployment")],
    ]);
  });
});
