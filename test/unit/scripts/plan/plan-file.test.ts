import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planOf } from "../../../../scripts/plan/plan";
import { readPlan } from "../../../../scripts/plan/plan-file";

describe("a plan's file", () => {
  let folder: string;
  const write = (text: string) => {
    const file = join(folder, "plan.json");
    writeFileSync(file, text);
    return file;
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "plan-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is read as it was written", () => {
    const preview = { steps: [{ op: "delete", urn: "urn:pulumi:s::p::t::n" }], diagnostics: [] };
    const plan = planOf(preview, { stack: "s", key: "k", ciphertexts: {} });
    assert.deepEqual(readPlan(write(JSON.stringify(plan))), plan);
  });

  it("is refused if it has a different format", () => {
    assert.throws(() => readPlan(write("{")), /plan\.json is not a plan: it is not valid JSON$/);
    for (const text of ["null", "[]", '{"version":2}', '{"version":1,"stack":"s","steps":[{}]}']) {
      assert.throws(
        () => readPlan(write(text)),
        /was not written by this version of `npm run plan`/,
      );
    }
  });
});
