import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultOf, type Key, schemas } from "../../../config/schema";

const root = join(__dirname, "../../..");

interface Row {
  /** The keys that the row describes, such as `seldon.namespace`. */
  readonly keys: readonly string[];
  readonly meaning: string;
  readonly fallback: string;
}

/** The rows of the configuration table. */
function readTable(): Row[] {
  const page = readFileSync(join(root, "docs/configuration.md"), "utf8");
  const [table = ""] = page.split("\n## ");
  return [...table.matchAll(/^\| (`.*?) \| (.*) \| (.*) \|$/gm)].map(
    ([, keys = "", meaning = "", fallback = ""]) => ({ keys: readKeys(keys), meaning, fallback }),
  );
}

/** "`a.b`, `.c`" describes a.b and a.c. */
function readKeys(text: string): string[] {
  let parent = "";
  return [...text.matchAll(/`([^`]+)`/g)].map(([, key = ""]) => {
    if (key.startsWith(".")) return parent + key;
    parent = key.split(".").slice(0, -1).join(".");
    return key;
  });
}

/** The properties of zod's schemas that contain nested schemas. */
interface SchemaParts {
  readonly def: { readonly type: string; readonly defaultValue?: unknown };
  readonly unwrap?: () => SchemaParts;
  readonly out?: SchemaParts;
  readonly shape?: Readonly<Record<string, SchemaParts>>;
  readonly valueType?: SchemaParts;
}

interface Leaf {
  readonly key: string;
  readonly fallback: unknown;
}

/** The keys of a schema that have a value, as the table names them, with their defaults. */
function leaves(schema: SchemaParts, key: string, fallback?: unknown): Leaf[] {
  const { def, shape, valueType } = schema;
  const inner = schema.unwrap?.() ?? schema.out;
  if (inner !== undefined && def.type !== "array") {
    return leaves(inner, key, def.defaultValue ?? fallback);
  }
  if (shape !== undefined) {
    return Object.entries(shape).flatMap(([name, part]) => leaves(part, `${key}.${name}`));
  }
  if (valueType !== undefined) {
    return leaves(valueType, `${key}.${valueType.unwrap || valueType.out ? "NAME" : "*"}`);
  }
  return [{ key, fallback }];
}

/** The row of a key: blocks in the same row name their keys in its text. */
function rowKey(key: string): [row: string, part: string] {
  const [, block, part] = /^(credentials|.*\.resource(?:Requests|Limits))\.(.*)$/.exec(key) ?? [];
  if (block === undefined || part === undefined) return [key, ""];
  return [block === "credentials" ? "credentials.*" : block, part];
}

describe("the table of configuration keys", () => {
  const rows = readTable();
  const found = (Object.keys(schemas) as Key[]).flatMap((key) =>
    leaves(schemas[key] as unknown as SchemaParts, key, defaultOf(key)),
  );

  const rowOf = (key: string) => rows.find(({ keys }) => keys.includes(rowKey(key)[0]));

  it("has every key of the configuration", () => {
    const missing = found.filter(({ key }) => {
      const row = rowOf(key);
      return row === undefined || !`${row.meaning}`.includes(rowKey(key)[1]);
    });
    assert.deepEqual(missing, []);
  });

  it("has no key that the configuration does not have", () => {
    const known = new Set(found.map(({ key }) => rowKey(key)[0]));
    const strange = rows
      .flatMap(({ keys }) => keys)
      .filter((key) => !known.has(key) && key !== "gcp:project");
    assert.deepEqual(strange, []);
  });

  it("states the actual defaults", () => {
    for (const { key, fallback } of found) {
      // a block's own default, or one that depends on other keys
      if (typeof fallback === "object" || fallback === undefined) continue;
      assert.equal(rowOf(key)?.fallback, fallback === "" ? "empty" : `\`${fallback}\``, key);
    }
  });
});
