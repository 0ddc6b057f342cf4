/** Reads a stack's configuration as the engine passes it, and checks it. */
import { z } from "zod";
import type { NamedUseCases } from "../use-cases/definition";
import { checkTogether } from "./checks";
import { readJsonTexts, replaced } from "./json-text";
import { describeIssues, type Problem, setCommand, unknownKey } from "./messages";
import { nameUseCases } from "./named-use-cases";
import { registeredUseCases } from "./registry";
import { defaultOf, type Key, schemas, type Values } from "./schema";
import { isSecret } from "./secrets";
import { NAMESPACE, stackKey } from "./stack-file";

/** The values that were read, and their problems. */
export interface ReadValues {
  /** The valid parts; all of them if `problems` is empty. */
  readonly values: Partial<Values>;
  readonly named: NamedUseCases;
  readonly problems: readonly Problem[];
}

/**
 * Reads and checks all keys. `raw` has every value as text, blocks and flags as JSON;
 * `furtherChecks` are those of the caller.
 */
export function readValues(
  raw: Readonly<Record<string, string>>,
  furtherChecks: (values: Partial<Values>) => readonly Problem[] = () => [],
): ReadValues {
  const read: Partial<Record<Key, unknown>> = {};
  const problems = unknownKeys(raw);
  for (const key of keys) problems.push(...readKey(key, raw[stackKey(key)], read));
  const values = read as Partial<Values>;
  const named = nameUseCases(registeredUseCases(), values);
  const together = [
    ...checkTogether(values, named),
    ...furtherChecks(values),
    ...checkProject(raw),
  ];
  // invalid parts are left out of these checks, which would report them as missing
  const wrong = problems.map(({ path }) => path.join("\0"));
  problems.push(...together.filter(({ path }) => !wrong.includes(path.join("\0"))));
  return { values, named, problems };
}

const keys = Object.keys(schemas) as Key[];

function unknownKeys(raw: Readonly<Record<string, string>>): Problem[] {
  return Object.keys(raw)
    .filter((key) => key.startsWith(`${NAMESPACE}:`))
    .map((key) => key.slice(NAMESPACE.length + 1))
    .filter((key) => !Object.hasOwn(schemas, key))
    .map((key) => unknownKey([key], keys));
}

/** Puts the key's value into `values`, and returns its problems. */
function readKey(key: Key, raw: string | undefined, values: Partial<Record<Key, unknown>>) {
  const schema = schemas[key];
  let value = raw === undefined ? defaultOf(key) : parse(key, raw);
  let result = schema.safeParse(value);
  for (;;) {
    // a parsed block may contain further JSON texts
    const read = readJsonTexts(value, result.error?.issues ?? []);
    if (read === undefined) break;
    value = read;
    result = schema.safeParse(value);
  }
  const issues = result.error?.issues ?? [];
  // the valid rest is still checked together with other keys
  values[key] = result.data ?? partial(schema).safeParse(withoutIssues(value, issues)).data;
  return describeIssues({ key, schema, value, isSecret }, issues);
}

/** The schema of a block with all keys optional. */
function partial(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject ? schema.partial() : schema;
}

/** The value without its invalid parts. */
function withoutIssues(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  return issues
    .flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => [...issue.path, key])
        : [issue.path],
    )
    .reduce((rest, path) => replaced(rest, path, undefined), value);
}

/** The engine passes every value as text, blocks and flags as JSON. */
function parse(key: Key, raw: string): unknown {
  if (key === "namePrefix") return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return raw; // plain text: the schema reports what it expects
  }
}

/** The bucket's project. The gcp plugin would report that its key is missing only in the update. */
function checkProject(raw: Readonly<Record<string, string>>): Problem[] {
  if (raw["gcp:project"]) return [];
  return [
    {
      path: ["gcp:project"],
      text: `is missing; expected the Google Cloud project of the bucket: ${setCommand(["gcp:project"])}`,
    },
  ];
}
