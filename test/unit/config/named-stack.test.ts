import assert from "node:assert/strict";
import { withStack } from "../../../config/named-stack";

describe("commands for a named stack", () => {
  it("name the stack, so that they do not act on the selected one", () => {
    assert.equal(
      withStack(
        "run `pulumi config set adopt true`, `pulumi up`, then `pulumi config rm adopt`",
        "a",
      ),
      "run `pulumi config set --stack a adopt true`, `pulumi up --stack a`, then `pulumi config rm --stack a adopt`",
    );
    assert.equal(
      withStack("x: `pulumi config set --secret --path credentials.det_user`", "team/pr-1"),
      "x: `pulumi config set --stack team/pr-1 --secret --path credentials.det_user`",
    );
  });

  it("stay unchanged if they already name a stack, or act on none", () => {
    for (const text of [
      "`pulumi config set --stack b adopt true`",
      "`pulumi login`",
      "`pulumi stack init a --secrets-provider passphrase`",
      "set `existing` and pulumi up",
      "`npm run build`",
    ]) {
      assert.equal(withStack(text, "a"), text);
    }
  });
});
