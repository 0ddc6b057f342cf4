import assert from "node:assert/strict";
import type { Api } from "../../../../../../providers/pachyderm/plugin/api/api";
import { PreviewValidation } from "../../../../../../providers/pachyderm/plugin/validation/preview-validation";

describe("the validation of a preview", () => {
  it("leaves no timer when it is closed, which would delay the end of each preview", async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
    await new Promise(setImmediate); // mocha's own timer runs from here on
    const before = timers();
    await new PreviewValidation({} as Api, { log: async () => {} }).close();
    assert.equal(timers(), before);
  });
});
