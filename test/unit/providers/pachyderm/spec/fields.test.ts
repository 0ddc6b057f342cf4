import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkSpec, formatProblem } from "../../../../../providers/pachyderm/spec/check";
import {
  type FieldType,
  MESSAGES,
  type MessageName,
  ROOT,
  snakeCase,
} from "../../../../../providers/pachyderm/spec/fields";
import {
  CreatePipelineRequest,
  type Field,
  type ValueType,
} from "../../../../../sandbox/stand-ins/pachyderm/spec/messages";

/** A field in words, such as `list of string`; a field that cannot be set has no type. */
function ours(
  type: FieldType,
  path: string,
  seen: Set<string>,
  found: Map<string, string>,
): string {
  switch (type.kind) {
    case "message":
      if (!seen.has(type.message)) {
        for (const [name, field] of Object.entries(MESSAGES[type.message].fields)) {
          const inside = new Set([...seen, type.message]);
          found.set(`${path}.${name}`, ours(field.type, `${path}.${name}`, inside, found));
        }
      }
      return "message";
    case "list":
      return `list of ${ours(type.item, path, seen, found)}`;
    case "map":
      return "map of string";
    case "enum":
      return `enum ${type.names.join()}`;
    case "json":
      return "string";
    default:
      return type.kind;
  }
}

function theirs(
  field: Field,
  path: string,
  seen: Set<ValueType>,
  found: Map<string, string>,
): string {
  const type = field.type();
  let word: string;
  if (typeof type === "string") word = type;
  else if (type.kind === "enum") word = `enum ${type.names.join()}`;
  else {
    word = "message";
    if (!seen.has(type)) {
      for (const [name, inside] of Object.entries(type.fields)) {
        const at = `${path}.${name}`;
        found.set(at, theirs(inside, at, new Set([...seen, type]), found));
      }
    }
  }
  return field.shape === "list" || field.shape === "map" ? `${field.shape} of ${word}` : word;
}

interface FieldLists {
  /** By full name; each field as `NUMBER NAME: TYPE`. */
  readonly messages: Readonly<Record<string, readonly string[]>>;
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Pachyderm's own lists; the file names their source. */
const PACHYDERM = JSON.parse(
  readFileSync(join(__dirname, "../../../../fixtures/pachyderm/spec-fields.json"), "utf8"),
) as Readonly<Record<"2.11" | "2.12", FieldLists>>;

/** The types of the proto, by the table's types. */
const PROTO: Readonly<Record<string, string>> = {
  string: "string",
  bool: "bool",
  int32: "int32",
  int64: "int64",
  uint64: "uint64",
  float: "float",
  duration: "google.protobuf.Duration",
  timestamp: "google.protobuf.Timestamp",
  json: "string",
  map: "map<string, string>",
};

function parseField(text: string): { readonly name: string; readonly type: string } {
  const [, name = "", type = ""] = /^\d+ (\w+): (.+)$/.exec(text) ?? [];
  return { name, type };
}

describe("the table of the spec's fields", () => {
  it("has every field of Pachyderm, with its type", () => {
    const [found, expected] = [new Map<string, string>(), new Map<string, string>()];
    ours({ kind: "message", message: ROOT }, "spec", new Set(), found);
    const request: Field = { type: () => CreatePipelineRequest, shape: "single" };
    theirs(request, "spec", new Set(), expected);
    assert.ok(expected.size > 150, `${expected.size} fields`);
    for (const [path, type] of expected) {
      const own = found.get(path);
      assert.ok(own !== undefined || isRefused(path, found), `${path} is missing`);
      if (own !== undefined && own !== "refused") assert.equal(own, type, path);
    }
    assert.deepEqual(
      [...found.keys()].filter((path) => !expected.has(path)),
      [],
    );
  });

  for (const version of ["2.11", "2.12"] as const) {
    it(`agrees with the fields of Pachyderm ${version}: names, types, lists and enums`, () => {
      const { messages, enums } = PACHYDERM[version];
      const minor = Number(version.slice(2));
      const todo: [MessageName, string][] = [[ROOT, "pps_v2.CreatePipelineRequest"]];
      const compared = new Set<string>();
      for (const [ourName, name] of todo) {
        if (compared.has(ourName)) continue;
        compared.add(ourName);
        const own = Object.entries(MESSAGES[ourName].fields).filter(
          ([, { since }]) => since === undefined || since.minor <= minor,
        );
        const theirs = (messages[name] ?? []).map(parseField);
        const names = own.map(([field]) => snakeCase(field).toLowerCase());
        assert.deepEqual(names.sort(), theirs.map((field) => field.name).sort(), name);
        for (const [field, { type, presence }] of own) {
          const given = theirs.find((one) => one.name === snakeCase(field).toLowerCase())?.type;
          assert.ok(given !== undefined);
          if (type.kind === "refused") continue;
          const repeated = given.replace(/^repeated /, "");
          const item = type.kind === "list" ? type.item : type;
          assert.equal(type.kind === "list", repeated !== given, `${name}.${field}`);
          if (item.kind === "message") todo.push([item.message, repeated]);
          else if (item.kind === "enum") {
            const numbered = Object.entries(enums[repeated] ?? {}).sort(([, a], [, b]) => a - b);
            assert.deepEqual(
              item.names,
              numbered.map(([member]) => member),
              `${name}.${field}`,
            );
          } else assert.equal(presence ? "google.protobuf.Int64Value" : PROTO[item.kind], repeated);
        }
      }
      assert.equal(compared.size, Object.keys(MESSAGES).length - (minor < 12 ? 1 : 0));
    });
  }

  it("copies everything from a pipeline's details that is sent, except its name and salt", () => {
    const without = Object.entries(MESSAGES[ROOT].fields).filter(([, field]) => field.notInDetails);
    assert.deepEqual(
      without.map(([name]) => name),
      ["pipeline", "salt"],
    );
  });

  it("suggests the intended field for a misspelled one, at any path and in either spelling", () => {
    for (const [message, { fields }] of Object.entries(MESSAGES)) {
      for (const [name, { type }] of Object.entries(fields)) {
        if (type.kind === "refused" || name.length < 4) continue;
        for (const field of new Set([name, snakeCase(name)])) {
          const typo = `${field.slice(0, -2)}${field.at(-1)}${field.at(-1)}`;
          if (typo === field) continue;
          const value = inMessage(message, typo);
          if (value === undefined) continue;
          const reasons = checkSpec(value, { project: "default" }).failures.map(formatProblem);
          const reason =
            reasons.find((text) => text.includes(`${typo}: is not a valid field`)) ?? "";
          assert.match(reason, new RegExp(`did you mean ${field}\\?$`), `${message}.${typo}`);
        }
      }
    }
  });
});

/** Whether a message is refused as a whole, so that the table omits its fields. */
function isRefused(path: string, found: ReadonlyMap<string, string>): boolean {
  const parent = path.slice(0, path.lastIndexOf("."));
  return found.get(parent) === "refused" || (parent.includes(".") && isRefused(parent, found));
}

/** A spec with the key in a message of that name, undefined if no path of fields contains it. */
function inMessage(message: string, key: string): Record<string, never> | undefined {
  const paths = new Map<string, (value: object) => object>([[ROOT, (value) => value]]);
  for (const [name, wrap] of paths) {
    for (const [field, { type }] of Object.entries(MESSAGES[name as typeof ROOT].fields)) {
      const item = type.kind === "list" ? type.item : type;
      if (item.kind !== "message" || paths.has(item.message)) continue;
      paths.set(item.message, (value) => wrap({ [field]: type.kind === "list" ? [value] : value }));
    }
  }
  return paths.get(message)?.({ [key]: "x" }) as Record<string, never> | undefined;
}
