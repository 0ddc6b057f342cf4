import assert from "node:assert/strict";
import { combinePlans } from "../../../../scripts/plan/combine";
import type { Plan } from "../../../../scripts/plan/plan";

const withSecrets = (secrets: Readonly<Record<string, string>>): Plan => ({
  version: 1,
  stack: "prod",
  fingerprint: "0123456789ab",
  steps: [],
  secrets,
});

describe("the secrets of several plans", () => {
  const secretsOf = (deployed: Record<string, string>, ...plans: Record<string, string>[]) => {
    const [first = {}, ...rest] = plans;
    return combinePlans([withSecrets(first), ...rest.map(withSecrets)], deployed).secrets;
  };

  it("are those of the newest plan that changed them, even if later plans were made without that change", () => {
    assert.deepEqual(secretsOf({ a: "1" }, { a: "2" }, { a: "1" }), { a: "2" });
    assert.deepEqual(secretsOf({ a: "1" }, { a: "2" }, { a: "3" }), { a: "3" });
    const two = secretsOf({ a: "1", b: "1" }, { a: "2", b: "1" }, { a: "1", b: "2" });
    assert.deepEqual(two, { a: "2", b: "2" });
  });

  it("are the deployed ones if no plan changes them", () => {
    assert.deepEqual(secretsOf({ a: "1" }, { a: "1" }, { a: "1" }), { a: "1" });
  });

  it("can be added and removed", () => {
    assert.deepEqual(secretsOf({}, { a: "1" }, {}), { a: "1" });
    assert.deepEqual(secretsOf({ a: "1" }, { a: "1" }, {}), {});
  });
});
