import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { isDeferred } from "../../../../components/common/known";

describe("a value that is known only later", () => {
  it("is an Output or a Promise", () => {
    for (const value of [pulumi.output(1), pulumi.secret("a"), Promise.resolve(1)])
      assert.equal(isDeferred(value), true);
  });

  it("is not a plain value, even with an Output inside", () => {
    for (const value of [undefined, null, 0, "a", [pulumi.output(1)], { a: Promise.resolve(1) }])
      assert.equal(isDeferred(value), false);
  });
});
