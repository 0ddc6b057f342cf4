import assert from "node:assert/strict";
import fc from "fast-check";
import type { PropertyType } from "../../../../../providers/kit/package-schema";
import { isMap, type Value } from "../../../../../providers/kit/values";
import { providerSchema } from "../../../../../providers/pachyderm/plugin/schema";
import { diffSpecs } from "../../../../../providers/pachyderm/spec/compare";
import { inSchemaForm } from "../../../../../providers/pachyderm/spec/respell";
import { arbitrarySpec, respell } from "./arbitrary-spec";

const { types } = providerSchema("0.0.0");
const SPEC: PropertyType = { $ref: "#/types/pachyderm:index:PipelineSpec" };

/**
 * What would be missing or wrong in generated code: the paths of values that the schema does not
 * have.
 */
function misfits(type: PropertyType, value: Value, path: string): string[] {
  if (value === null || "oneOf" in type) return [];
  if ("$ref" in type) {
    if (type.$ref === "pulumi.json#/Any") return [];
    const properties = types[type.$ref.replace("#/types/", "")]?.properties ?? {};
    if (!isMap(value)) return [path];
    return Object.entries(value).flatMap(([key, item]) => {
      const property = properties[key];
      return property === undefined
        ? [`${path}.${key}`]
        : misfits(property, item, `${path}.${key}`);
    });
  }
  switch (type.type) {
    case "array":
      if (!Array.isArray(value)) return [path];
      return value.flatMap((item, index) => misfits(type.items, item, `${path}[${index}]`));
    case "object":
      return isMap(value) ? [] : [path];
    case "integer":
    case "number":
      return typeof value === "number" ? [] : [path];
    default:
      return typeof value === type.type ? [] : [path];
  }
}

describe("a spec in the form of the schema", () => {
  it("has camelCase fields, numbers and names of enums, and keeps the user's own keys", () => {
    assert.deepEqual(
      inSchemaForm({
        datum_tries: "3",
        s3_out: false,
        egress: { URL: "s3://b", sql_database: { secret: { name: "s", key: "k" } } },
        transform: { err_cmd: ["a_b"], env: { a_b: "1", aB: "2" }, accept_return_code: ["1"] },
        metadata: { annotations: { "x_y/z": "1" }, labels: { c_d: "2" } },
        scheduling_spec: { node_selector: {}, nodeSelector: { e_f: "3" } },
        resource_limits: { cpu: "0.5", gpu: { type: "g", number: "2" } },
        tolerations: [{ operator: 1, effect: 3, toleration_seconds: "9" }],
        input: { cross: [{ pfs: { repo: "r", glob: "/", empty_files: true } }] },
        pod_patch: '[{"op":"add","path":"/a_b","value":{"c_d":1}}]',
        unknown_field: { inside_it: 1 },
      }),
      {
        datumTries: 3,
        s3Out: false,
        egress: { URL: "s3://b", sqlDatabase: { secret: { name: "s", key: "k" } } },
        transform: { errCmd: ["a_b"], env: { a_b: "1", aB: "2" }, acceptReturnCode: [1] },
        metadata: { annotations: { "x_y/z": "1" }, labels: { c_d: "2" } },
        schedulingSpec: { nodeSelector: { e_f: "3" } },
        resourceLimits: { cpu: 0.5, gpu: { type: "g", number: 2 } },
        tolerations: [{ operator: "EXISTS", effect: "NO_EXECUTE", tolerationSeconds: 9 }],
        input: { cross: [{ pfs: { repo: "r", glob: "/", emptyFiles: true } }] },
        podPatch: '[{"op":"add","path":"/a_b","value":{"c_d":1}}]',
        unknown_field: { inside_it: 1 },
      },
    );
  });

  it("matches the schema and means the same, in whichever spelling it was written", () => {
    fc.assert(
      fc.property(arbitrarySpec, fc.infiniteStream(fc.boolean()), (spec, choices) => {
        const written = respell(spec, () => choices.next().value === true);
        const found = inSchemaForm(written);
        assert.deepEqual(misfits(SPEC, found, "spec"), []);
        assert.deepEqual(diffSpecs(written, found, { project: "default" }), []);
        assert.deepEqual(inSchemaForm(found), found);
      }),
    );
  });
});
