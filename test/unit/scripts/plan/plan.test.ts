import assert from "node:assert/strict";
import { describeDifference } from "../../../../scripts/plan/difference";
import { type Plan, planOf } from "../../../../scripts/plan/plan";
import type { Preview, PreviewStep } from "../../../../scripts/preview/preview-json";

const PIPELINE =
  "urn:pulumi:prod::p::c:index:UseCase$pachyderm:index:Pipeline::a-training-pipeline";
const SECRET = "urn:pulumi:prod::p::kubernetes:core/v1:Secret::pipelines-secret";

function update(image: unknown, diff: PreviewStep["detailedDiff"] = imageChanges): PreviewStep {
  const spec = { pipeline: { name: "a" }, transform: { image, env: { "A.B": "1" } } };
  return {
    op: "update",
    urn: PIPELINE,
    newState: { type: "pachyderm:index:Pipeline", inputs: { spec, reprocess: "" } },
    detailedDiff: diff,
  };
}
const imageChanges = { "spec.transform.image": { kind: "update" } };

const options = { stack: "prod", key: "salt", ciphertexts: { "p:credentials.a": "v1:x" } };
const plan = (steps: PreviewStep[], more: object = {}): Plan =>
  planOf({ steps, diagnostics: [] } satisfies Preview, { ...options, ...more });

describe("the plan of a preview", () => {
  it("has the same fingerprint whatever the order of steps and keys", () => {
    const secret: PreviewStep = {
      op: "create",
      urn: SECRET,
      newState: { type: "x", inputs: { kind: "Secret", data: "[secret]" } },
    };
    const other = {
      ...secret,
      newState: { type: "x", inputs: { data: "[secret]", kind: "Secret" } },
    };
    const one = plan([secret, update("train:2")]);
    assert.match(one.fingerprint, /^[0-9a-f]{12}$/);
    assert.equal(plan([update("train:2"), other]).fingerprint, one.fingerprint);
  });

  it("omits what does not change", () => {
    const same = { ...update("train:1"), op: "same" };
    assert.deepEqual(plan([same]).steps, []);
    assert.equal(plan([same]).fingerprint, plan([]).fingerprint);
  });

  it("has the same fingerprint under each name of its stack, and a different one for another stack", () => {
    const named = (stack: string) => plan([update("train:2")], { stack });
    const [short, long] = [named("prod"), named("acme/p/prod")];
    assert.equal(long.fingerprint, short.fingerprint);
    assert.deepEqual(describeDifference(short, long), []);
    assert.notEqual(named("acme/p/dev").fingerprint, short.fingerprint);
  });

  it("contains no value, only hashes that depend on the key", () => {
    const one = plan([update("train:2")]);
    assert.ok(!JSON.stringify(one).includes("train:2"));
    assert.notDeepEqual(plan([update("train:2")], { key: "another" }).steps, one.steps);
  });

  it("changes with the value of a changed path, not with an unchanged one", () => {
    const before = plan([update("train:2")]);
    assert.notEqual(plan([update("train:3")]).fingerprint, before.fingerprint);
    const inputs = { spec: { transform: { image: "train:2" } }, reprocess: "other" };
    const elsewhere = { ...update("train:2"), newState: { type: "x", inputs } };
    assert.equal(plan([elsewhere]).fingerprint, before.fingerprint);
  });

  it("covers secrets, which a preview does not show, by their ciphertexts", () => {
    const rotated = plan([], { ciphertexts: { "p:credentials.a": "v1:y" } });
    assert.notEqual(rotated.fingerprint, plan([]).fingerprint);
    assert.ok(!JSON.stringify(rotated).includes("v1:y"));
  });

  it("covers the protection of a resource, whose change the engine shows as no change", () => {
    const step = (before: object, after: object, op = "same"): PreviewStep => {
      const state = { type: "pachyderm:index:Repo", inputs: { name: "a" } };
      const states = { oldState: { ...state, ...before }, newState: { ...state, ...after } };
      return { op, urn: PIPELINE, ...states };
    };
    const kept = { protect: true, retainOnDelete: true };
    const opsOf = (one: PreviewStep) => plan([one]).steps.map(({ op }) => op);
    assert.deepEqual(opsOf(step(kept, {})), ["unset protect", "unset retainOnDelete"]);
    assert.deepEqual(opsOf(step(kept, { retainOnDelete: true })), ["unset protect"]);
    assert.deepEqual(opsOf(step({ protect: false }, kept)), ["set protect", "set retainOnDelete"]);
    assert.deepEqual(opsOf(step(kept, kept)), []);
    assert.deepEqual(opsOf(step(kept, {}, "update")), [
      "unset protect",
      "unset retainOnDelete",
      "update",
    ]);
    const fingerprint = (one: PreviewStep) => plan([one]).fingerprint;
    assert.notEqual(fingerprint(step(kept, {})), plan([]).fingerprint);
    assert.notEqual(fingerprint(step(kept, {}, "update")), fingerprint(step(kept, kept, "update")));
  });

  it("finds values behind keys with dots and in lists", () => {
    const diff = { 'spec.transform.env["A.B"]': { kind: "update" } };
    const withEnv = (value: string) => {
      const inputs = { spec: { transform: { env: { "A.B": value } } } };
      return { ...update("train:1", diff), newState: { type: "x", inputs } };
    };
    assert.notEqual(plan([withEnv("1")]).fingerprint, plan([withEnv("2")]).fingerprint);
  });
});

describe("the difference of two plans", () => {
  const reviewed = plan([update("train:2")]);

  it("is empty for equal ones", () => {
    assert.deepEqual(describeDifference(reviewed, plan([update("train:2")])), []);
  });

  it("names a differing value, without showing it", () => {
    assert.deepEqual(describeDifference(reviewed, plan([update("train:3")])), [
      "update of a-training-pipeline: spec.transform.image differs from the reviewed value",
    ]);
  });

  it("names steps that were added, removed or became a different operation", () => {
    const deleted: PreviewStep = { op: "delete", urn: PIPELINE };
    assert.deepEqual(describeDifference(reviewed, plan([deleted])), [
      "update of a-training-pipeline was reviewed and is no longer planned",
      "delete of a-training-pipeline is planned and was not reviewed",
    ]);
  });

  it("names paths that were added or removed", () => {
    const diff = { ...imageChanges, reprocess: { kind: "update" } };
    assert.deepEqual(describeDifference(reviewed, plan([update("train:2", diff)])), [
      "update of a-training-pipeline: reprocess was not reviewed",
    ]);
    assert.deepEqual(describeDifference(plan([update("train:2", diff)]), reviewed), [
      "update of a-training-pipeline: reprocess no longer changes",
    ]);
  });

  it("names a secret whose value changed", () => {
    const rotated = plan([update("train:2")], { ciphertexts: { "p:credentials.a": "v1:y" } });
    assert.deepEqual(describeDifference(reviewed, rotated), [
      "secret: p:credentials.a differs from the reviewed value",
    ]);
  });

  it("refuses the plan of a different stack", () => {
    assert.deepEqual(describeDifference(reviewed, plan([], { stack: "dev" })), [
      "the reviewed plan is for stack prod, not dev",
    ]);
  });
});
