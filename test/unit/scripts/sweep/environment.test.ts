import assert from "node:assert/strict";
import { BASE_TAG, LABEL_TAG } from "../../../../scripts/preview-env/ownership";
import { environmentOf } from "../../../../scripts/sweep/environment";

const named = (stack: string) => ({
  organization: "organization",
  project: "pachyderm-seldon",
  stack,
});

describe("the environment of a pull request", () => {
  it("has the number in the stack's name, and the base and label in its tags", async () => {
    const readTags = async () => ({ [BASE_TAG]: "dev", [LABEL_TAG]: "preview-env" });
    assert.deepEqual(await environmentOf(named("pr-12"), { readTags }), {
      number: 12,
      base: "dev",
      label: "preview-env",
    });
  });

  it("may have no label", async () => {
    const readTags = async () => ({ [BASE_TAG]: "dev" });
    const environment = await environmentOf(named("pr-12"), { readTags });
    assert.deepEqual(environment, { number: 12, base: "dev", label: undefined });
  });

  it("is not a stack without the tag of its base", async () => {
    const readTags = async () => ({ [LABEL_TAG]: "preview-env" });
    assert.equal(await environmentOf(named("pr-12"), { readTags }), undefined);
  });

  it("is not a stack with another name, whose tags are not read", async () => {
    const readTags = () => assert.fail("the tags were read");
    assert.equal(await environmentOf(named("qa"), { readTags }), undefined);
  });
});
