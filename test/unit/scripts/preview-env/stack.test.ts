import assert from "node:assert/strict";
import { stackFileText } from "../../../../scripts/preview-env/stack";

describe("the stack file of a pull request's environment", () => {
  it("quotes every string, because the engine reads some names as numbers, booleans or dates", () => {
    const config = {
      "pachyderm-seldon:environment": { owner: "0o7", expires: "2026-12-31" },
      "pachyderm-seldon:disposable": true,
      "pachyderm-seldon:limit": 3,
    };
    assert.equal(
      stackFileText({ secretsprovider: undefined, encryptionsalt: "v1:on", config }),
      `# Derived by npm run preview-env, in each run again.
encryptionsalt: "v1:on"
config:
  pachyderm-seldon:environment:
    owner: "0o7"
    expires: "2026-12-31"
  pachyderm-seldon:disposable: true
  pachyderm-seldon:limit: 3
`,
    );
  });
});
