import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PropertyType } from "../../../../../../providers/kit/package-schema";
import { UNKNOWN, type ValueMap } from "../../../../../../providers/kit/values";
import { checkSettings } from "../../../../../../providers/pachyderm/plugin/connection/settings";
import { PachydermPlugin } from "../../../../../../providers/pachyderm/plugin/plugin";
import { providerSchema } from "../../../../../../providers/pachyderm/plugin/schema";
import { MESSAGES } from "../../../../../../providers/pachyderm/spec/fields";
import { RecordingLog } from "../../../../../support/recording-log";

const schema = providerSchema("1.2.3");
const plugin = new PachydermPlugin("1.2.3", new RecordingLog(), {});

const objects = Object.entries({
  ...schema.types,
  ...Object.fromEntries(
    Object.entries(schema.resources).flatMap(([token, resource]) => [
      [
        `arguments of ${token}`,
        { properties: resource.inputProperties, required: resource.requiredInputs },
      ],
      [token, resource],
    ]),
  ),
});

/** The problems that a resource's handler finds in the arguments alone. */
async function problems(token: string, inputs: ValueMap): Promise<string[]> {
  const result = await plugin.resources[token]?.check({
    urn: `urn:pulumi:test::test::${token}::it`,
    name: "it",
    type: token,
    signal: new AbortController().signal,
    oldInputs: {},
    inputs,
    randomSeed: new Uint8Array(32),
  });
  return (result?.failures ?? []).map(({ reason }) => reason);
}

describe("the provider's schema", () => {
  it("has exactly the resources that the plugin handles", () => {
    assert.deepEqual(Object.keys(schema.resources).sort(), Object.keys(plugin.resources).sort());
  });

  it("is what the plugin returns, with its version", () => {
    assert.deepEqual(JSON.parse(plugin.schema()), schema);
    assert.equal(schema.version, "1.2.3");
  });

  it("has tokens and names that Pulumi allows", () => {
    for (const token of [...Object.keys(schema.types), ...Object.keys(schema.resources)]) {
      assert.match(token, /^pachyderm:index:[A-Z][A-Za-z]+$/);
    }
    for (const [token, { properties }] of objects) {
      for (const name of Object.keys(properties)) {
        assert.match(name, /^[a-zA-Z][a-zA-Z0-9]*$/, token);
        assert.ok(!["id", "urn", "pulumi"].includes(name), `${token}.${name} is Pulumi's own`);
      }
    }
  });

  it("never gives a type and a resource the same name, which many languages forbid", () => {
    const both = Object.keys(schema.types).filter((token) => token in schema.resources);
    assert.deepEqual(both, []);
  });

  it("requires only properties that exist", () => {
    for (const [token, { properties, required }] of objects) {
      for (const name of required) assert.ok(name in properties, `${token}.${name}`);
    }
  });

  it("refers only to types that exist", () => {
    const references = [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]*)"/g)].map(
      ([, reference]) => reference ?? "",
    );
    assert.ok(references.length > 30);
    for (const reference of new Set(references)) {
      const token = reference.replace("#/types/", "");
      assert.ok(token in schema.types || reference === "pulumi.json#/Any", reference);
    }
  });

  it("describes everything", () => {
    for (const [token, { properties }] of objects) {
      for (const [name, { description }] of Object.entries(properties)) {
        assert.ok(description.length > 5, `${token}.${name}`);
      }
    }
  });

  it("marks tokens as secret, and nothing else", () => {
    const isSecret = ([, property]: [string, { secret?: true }]) => property.secret === true;
    const secretOf = (properties: Record<string, { secret?: true }>) =>
      Object.entries(properties)
        .filter(isSecret)
        .map(([name]) => name);
    assert.deepEqual(secretOf(schema.provider.inputProperties), ["token"]);
    assert.deepEqual(secretOf(schema.config.variables), ["token"]);
    for (const [token, { properties }] of Object.entries(schema.resources)) {
      const expected = token === "pachyderm:index:RobotToken" ? ["token"] : [];
      assert.deepEqual(secretOf(properties), expected, token);
    }
  });
});

describe("the plugin", () => {
  before(async () => {
    // the check of a pipeline requires the provider's project; nothing listens on port 1
    await plugin.configure({ address: "http://127.0.0.1:1" }, undefined);
  });
  after(() => plugin.close());

  for (const [token, { inputProperties, requiredInputs }] of Object.entries(schema.resources)) {
    it(`accepts the arguments of ${token} in the schema, and no others`, async () => {
      const all = Object.fromEntries(Object.keys(inputProperties).map((name) => [name, UNKNOWN]));
      assert.deepEqual(await problems(token, all), []);
      assert.match(
        (await problems(token, { ...all, other: true })).join(),
        /^other: is not a valid argument/,
      );
    });

    it(`requires the arguments of ${token} that the schema requires`, async () => {
      const missing = (await problems(token, {})).map((reason) => reason.split(":")[0]);
      assert.deepEqual(missing.sort(), [...requiredInputs].sort());
    });
  }

  it("accepts the provider's arguments in the schema, and no others", () => {
    const names = Object.keys(schema.provider.inputProperties);
    const all = Object.fromEntries(names.map((name) => [name, "no such value"]));
    const refused = checkSettings(all).filter(({ reason }) =>
      /is not a valid argument/.test(reason),
    );
    assert.deepEqual(refused, []);
    const [other] = checkSettings({ other: "x" });
    const known = /expected one of (.*)/.exec(other?.reason ?? "")?.[1]?.split(", ");
    assert.deepEqual(known?.sort(), names.sort());
  });
});

describe("the schema's pipeline spec", () => {
  const property = (type: string, name: string): PropertyType | undefined =>
    without(schema.types[`pachyderm:index:${type}`]?.properties[name]);

  function without(found: (PropertyType & { description?: string }) | undefined) {
    if (found === undefined) return undefined;
    const { description: _, ...type } = found;
    return type as PropertyType;
  }

  it("has every settable field, and no others", () => {
    for (const [name, { fields }] of Object.entries(MESSAGES)) {
      const token = `pachyderm:index:${name === "Project" ? "PipelineProject" : name}`;
      const settable = Object.entries(fields).filter(([, { type }]) => type.kind !== "refused");
      assert.deepEqual(
        Object.keys(schema.types[token]?.properties ?? {}),
        settable.map(([field]) => field),
        token,
      );
    }
    assert.equal(property("PipelineSpec", "update"), undefined);
    assert.equal(property("PfsInput", "commit"), undefined);
  });

  it("has the types of Pachyderm's fields", () => {
    assert.deepEqual(property("Transform", "cmd"), { type: "array", items: { type: "string" } });
    assert.deepEqual(property("Transform", "acceptReturnCode")?.["items" as never], {
      type: "integer",
    });
    assert.deepEqual(property("Transform", "env"), {
      type: "object",
      additionalProperties: { type: "string" },
    });
    assert.deepEqual(property("Transform", "secrets"), {
      type: "array",
      items: { $ref: "#/types/pachyderm:index:SecretMount" },
    });
    assert.deepEqual(property("PipelineSpec", "datumTries"), { type: "integer" });
    assert.deepEqual(property("PipelineSpec", "datumTimeout"), { type: "string" });
    assert.deepEqual(property("ResourceSpec", "cpu"), { type: "number" });
    assert.deepEqual(property("PipelineName", "project"), {
      $ref: "#/types/pachyderm:index:PipelineProject",
    });
  });

  it("allows inputs within inputs", () => {
    for (const kind of ["cross", "join", "group", "union"]) {
      const items = { $ref: "#/types/pachyderm:index:Input" };
      assert.deepEqual(property("Input", kind), { type: "array", items }, kind);
    }
  });

  it("accepts pod patches as strings and as data", () => {
    const either = { oneOf: [{ type: "string" }, { $ref: "pulumi.json#/Any" }] };
    assert.deepEqual(property("PipelineSpec", "podPatch"), either);
    assert.deepEqual(property("PipelineSpec", "podSpec"), either);
  });

  it("requires what Pachyderm always requires, so that `pulumi import` adds nothing", () => {
    const required = Object.entries(schema.types)
      .filter(([, type]) => type.required.length > 0)
      .map(([token, type]) => `${token.split(":").at(-1)}: ${type.required.join(", ")}`);
    assert.deepEqual(required, [
      "PipelineSpec: pipeline",
      "PipelineName: name",
      "SecretMount: name",
      "SqlDatabaseEgress: secret",
      "SqlSecret: name, key",
      "PfsInput: repo",
      "CronInput: name, spec",
      "Toleration: operator",
    ]);
  });

  it("lists the values of a field with a fixed set", () => {
    const { description = "" } =
      schema.types["pachyderm:index:Toleration"]?.properties.effect ?? {};
    assert.match(description, /One of `NO_SCHEDULE`, `PREFER_NO_SCHEDULE`, `NO_EXECUTE`\.$/);
  });

  it("offers no value that is always refused, and neither do the types", () => {
    const { description = "" } =
      schema.types["pachyderm:index:Toleration"]?.properties.operator ?? {};
    assert.match(description, /`EXISTS`.*`EQUAL`/);
    const types = readFileSync(
      join(__dirname, "../../../../../../providers/pachyderm/spec/types.ts"),
      "utf8",
    );
    assert.match(types, /operator: pulumi\.Input<"EXISTS" \| "EQUAL" \| number>/);
    for (const text of [JSON.stringify(schema), types]) assert.doesNotMatch(text, /\bEMPTY\b/);
  });
});
