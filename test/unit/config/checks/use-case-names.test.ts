import assert from "node:assert/strict";
import { checkUseCaseNames } from "../../../../config/checks/use-case-names";
import { nameUseCases } from "../../../../config/named-use-cases";
import type { Values } from "../../../../config/schema";
import { useCases } from "../../../../use-cases";

/** The keys with a problem. */
const keys = (values: object) =>
  checkUseCaseNames(
    values as Partial<Values>,
    nameUseCases(useCases, values as Partial<Values>),
  ).map(({ path }) => path.join("."));

describe("the names from use cases' folders", () => {
  it("are accepted without a prefix, and with one", () => {
    const selected = { "image-classification": {}, "sentiment-analysis": {} };
    assert.deepEqual(keys({ useCases: selected }), []);
    assert.deepEqual(keys({ namePrefix: "pr-12-", useCases: selected }), []);
  });

  it("are refused with a prefix that is too long for pipelines", () => {
    const namePrefix = `${"p".repeat(45)}-`;
    assert.deepEqual(keys({ namePrefix, useCases: { "image-classification": {} } }), [
      "namePrefix",
    ]);
  });

  it("are refused for a data repo if a pipeline has the name", () => {
    assert.deepEqual(
      keys({
        useCases: {
          "image-classification": { data: { repo: "finbert-train" } },
          "sentiment-analysis": {},
        },
      }),
      ["useCases.image-classification.data.repo"],
    );
  });
});
