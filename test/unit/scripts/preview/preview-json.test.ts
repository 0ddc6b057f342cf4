import assert from "node:assert/strict";
import {
  changingSteps,
  errorsOf,
  readPreview,
  resourceName,
  resourceType,
} from "../../../../scripts/preview/preview-json";

describe("the output of `pulumi preview --json`", () => {
  it("is read even if the preview failed before any step", () => {
    const preview = readPreview('{"diagnostics":[{"severity":"error","message":"error: no\\n"}]}');
    assert.deepEqual(preview.steps, []);
    assert.deepEqual(errorsOf(preview), ["no"]);
  });

  it("is refused if it has a different format, and the error quotes its beginning", () => {
    assert.throws(
      () => readPreview("Previewing update (prod)"),
      /expected the output of `pulumi preview --json`, found "Previewing update \(prod\)"/,
    );
    assert.throws(() => readPreview(""), /found nothing$/);
  });

  it("distinguishes what changes from what stays and what is only read", () => {
    const steps = ["same", "read", "create", "update", "delete", "replace", "refresh"].map(
      (op) => ({
        op,
        urn: "urn:pulumi:s::p::t::n",
      }),
    );
    const ops = changingSteps({ steps, diagnostics: [] }).map(({ op }) => op);
    assert.deepEqual(ops, ["create", "update", "delete", "replace"]);
  });

  it("names a resource by its own type and name", () => {
    const urn = "urn:pulumi:s::p::a:index:A$kubernetes:core/v1:Secret::a::b";
    assert.equal(resourceType(urn), "kubernetes:core/v1:Secret");
    assert.equal(resourceName(urn), "a::b");
  });
});
