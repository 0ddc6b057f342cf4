import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Value } from "../../../../../providers/kit/values";
import { checkSpec } from "../../../../../providers/pachyderm/spec/check";
import { MESSAGES, snakeCase } from "../../../../../providers/pachyderm/spec/fields";
import { renderTypes } from "../../../../../providers/pachyderm/spec/generate-types";
import type { PipelineSpec } from "../../../../../providers/pachyderm/spec/types";

describe("the spec's types", () => {
  it("are generated from the table of fields", () => {
    const file = join(__dirname, "../../../../../providers/pachyderm/spec/types.ts");
    assert.equal(
      readFileSync(file, "utf8"),
      renderTypes(),
      "run: npx tsx providers/pachyderm/spec/generate-types.ts",
    );
  });

  it("require only fields with one spelling, as a type cannot require one of two", () => {
    for (const { fields } of Object.values(MESSAGES)) {
      for (const [name, field] of Object.entries(fields)) {
        if (field.required) assert.equal(snakeCase(name), name);
      }
    }
  });
});

/** A spec without outputs, as the provider gets it. */
function asSent(spec: PipelineSpec): Value {
  return JSON.parse(JSON.stringify(spec)) as Value;
}

describe("a spec written with the types", () => {
  const pipeline = { name: "p" };

  it("can mix spellings and number forms, and contain patches as objects", () => {
    const spec: PipelineSpec = {
      pipeline,
      input: { cross: [{ pfs: { repo: "a", glob: "/", empty_files: true } }] },
      transform: { image: "i", secrets: [{ name: "s", key: "k", env_var: "A" }], errCmd: ["b"] },
      datum_tries: "3",
      tolerations: [{ operator: "EXISTS", tolerationSeconds: 60 }],
      podPatch: [{ op: "remove", path: "/volumes" }],
    };
    assert.deepEqual(checkSpec(asSent(spec), { project: "default" }).failures, []);
  });

  it("cannot have a field that the check refuses as unknown or not allowed", () => {
    const specs: PipelineSpec[] = [
      // @ts-expect-error a mistyped field
      { pipeline, podpatch: "[]" },
      // @ts-expect-error a field of the request, not of a spec
      { pipeline, update: true },
      // @ts-expect-error a string instead of a number
      { pipeline, parallelismSpec: { constant: true } },
    ];
    for (const spec of specs) {
      assert.equal(checkSpec(asSent(spec), { project: "default" }).failures.length, 1);
    }
  });
});

describe("snakeCase", () => {
  it("returns the names in the proto", () => {
    assert.equal(snakeCase("maximumExpectedUptime"), "maximum_expected_uptime");
    assert.equal(snakeCase("s3Out"), "s3_out");
    assert.equal(snakeCase("URL"), "URL");
    assert.equal(snakeCase("glob"), "glob");
  });
});
