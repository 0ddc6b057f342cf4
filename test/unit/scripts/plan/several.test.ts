import assert from "node:assert/strict";
import type { Plan, PlannedStep } from "../../../../scripts/plan/plan";
import { describeBeyond } from "../../../../scripts/plan/several";

const urn = (name: string) => `urn:pulumi:prod::p::pachyderm:index:Pipeline::${name}`;
const step = (name: string, values: Record<string, string>, op = "update"): PlannedStep => ({
  urn: urn(name),
  op,
  values,
});
const plan = (steps: readonly PlannedStep[], secrets: Record<string, string> = {}): Plan => ({
  version: 1,
  stack: "prod",
  fingerprint: "0123456789ab",
  steps,
  secrets,
});

describe("the plan of several pull requests", () => {
  const older = plan([step("a", { image: "1" })], { password: "old" });
  const newest = plan([step("b", { cpu: "2" })], { password: "old" });

  it("is reviewed if each of its changes is in one of their plans", () => {
    const both = plan([...older.steps, ...newest.steps], newest.secrets);
    assert.deepEqual(describeBeyond([newest, older], both), []);
  });

  it("is reviewed if the older changes are deployed already", () => {
    assert.deepEqual(describeBeyond([newest, older], newest), []);
  });

  it("joins what they change in one resource", () => {
    const onA = plan([step("a", { cpu: "2" })]);
    const both = plan([step("a", { image: "1", cpu: "2" })]);
    assert.deepEqual(describeBeyond([onA, older], both), []);
  });

  it("takes a secret that one of them rotated", () => {
    const rotated = plan(older.steps, { password: "new" });
    const both = plan([...older.steps, ...newest.steps], { password: "new" });
    assert.deepEqual(describeBeyond([newest, rotated], both), []);
  });

  it("is not reviewed where it changes or lacks anything else, which is named", () => {
    const current = plan(
      [
        step("a", { image: "3", gpu: "1" }),
        step("b", {}, "replace"),
        step("c", { image: "1" }, "delete"),
      ],
      { password: "other", token: "x" },
    );
    assert.deepEqual(describeBeyond([newest, older], current), [
      "update of a: image has another value than the reviewed one",
      "update of a: gpu was not reviewed",
      "replace of b is planned and was not reviewed",
      "delete of c is planned and was not reviewed",
      "update of b was reviewed and is no longer planned",
      "secret: password has another value than the reviewed one",
      "secret: token was not reviewed",
    ]);
  });

  it("is not reviewed where a value of the newest is not the one that is planned", () => {
    const conflicting = plan([step("a", { image: "2" })]);
    const current = plan([step("a", { image: "1" })]);
    // the older pull request's value, though the newer one was to win
    assert.deepEqual(describeBeyond([conflicting, older], current), [
      "update of a: image has another value than the newest reviewed one",
    ]);
  });
});
