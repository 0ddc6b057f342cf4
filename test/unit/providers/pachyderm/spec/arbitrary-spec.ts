/** Random specs, generated from the table of fields. */
import fc from "fast-check";
import { isMap, type Value, type ValueMap } from "../../../../../providers/kit/values";
import {
  type Field,
  type FieldType,
  fieldName,
  MESSAGES,
  type MessageName,
  ROOT,
  snakeCase,
} from "../../../../../providers/pachyderm/spec/fields";

const ROOT_TYPE: FieldType = { kind: "message", message: ROOT };
const WORD = fc.stringMatching(/^[a-z]{1,6}$/);

/** A spec whose fields all have values of their types, in camelCase, none at its proto default. */
export const arbitrarySpec: fc.Arbitrary<ValueMap> = fc
  .record({ spec: arbitraryMessage(ROOT, 3), input: arbitraryMessage("Input", 2), name: WORD })
  .map(({ spec, input, name }) => ({ input, ...spec, pipeline: { name } }));

/** A few fields of the message: with all of them at once, specs would be too big for fast tests. */
function arbitraryMessage(message: MessageName, depth: number): fc.Arbitrary<ValueMap> {
  const fields = Object.entries(MESSAGES[message].fields).filter(
    ([, { type }]) => type.kind !== "refused" && (depth > 0 || !isNested(type)),
  );
  return fc
    .subarray(fields, {
      minLength: Math.min(fields.length, 1),
      maxLength: Math.min(fields.length, 4),
    })
    .chain((some) =>
      fc.record(
        Object.fromEntries(some.map(([name, { type }]) => [name, arbitraryValue(type, depth - 1)])),
      ),
    );
}

function isNested(type: FieldType): boolean {
  return type.kind === "message" || (type.kind === "list" && isNested(type.item));
}

function arbitraryValue(type: FieldType, depth: number): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "message":
      return arbitraryMessage(type.message, depth);
    case "list":
      return fc.array(arbitraryValue(type.item, depth), { minLength: 1, maxLength: 2 });
    case "map":
      return fc.dictionary(fc.constantFrom("A", "a_b", "aB", "x.y"), WORD, { minKeys: 1 });
    case "enum":
      return fc.constantFrom(...type.names.slice(1));
    case "bool":
      return fc.constant(true);
    case "int32":
    case "int64":
    case "uint64":
      return fc.integer({ min: 1, max: 1000 });
    case "float":
      return fc.constantFrom(0.1, 0.5, 2, 1.25);
    case "duration":
      return fc.integer({ min: 1, max: 1000 }).map((seconds) => `${seconds}s`);
    case "timestamp":
      return fc.constantFrom("2024-05-01T00:00:00Z", "2023-01-31T12:30:15.5Z");
    case "json":
      return fc.array(fc.record({ op: WORD, path: WORD }), { minLength: 1, maxLength: 2 });
    default:
      return WORD;
  }
}

/** The same spec in an equivalent spelling. */
export function respell(spec: Value, choose: () => boolean): Value {
  return respellValue(ROOT_TYPE, spec, choose, false);
}

/** In `own` parts, proto defaults may be set explicitly (see canonical.ts). */
function respellValue(type: FieldType, value: Value, choose: () => boolean, own: boolean): Value {
  switch (type.kind) {
    case "message":
      return isMap(value) ? respellMessage(type.message, value, choose, own) : value;
    case "list":
      if (!Array.isArray(value)) return value;
      return value.map((item) => respellValue(type.item, item, choose, true));
    case "map":
      return isMap(value) ? shuffled(value, choose) : value;
    case "enum":
      return choose() ? type.names.indexOf(String(value)) : value;
    case "int32":
    case "int64":
    case "uint64":
    case "float":
      return choose() ? String(value) : value;
    case "duration":
      return choose() ? String(value).replace("s", ".00s") : value;
    case "timestamp":
      return choose() ? String(value).replace("Z", "+00:00") : value;
    case "json":
      return choose() ? JSON.stringify(value, null, 1) : value;
    default:
      return value;
  }
}

function respellMessage(
  message: MessageName,
  map: ValueMap,
  choose: () => boolean,
  own: boolean,
): ValueMap {
  const written: ValueMap = {};
  for (const [name, field] of Object.entries(MESSAGES[message].fields)) {
    const isOwn = own || (message === ROOT && (name === "pipeline" || name === "input"));
    const given = map[name];
    const value =
      given === undefined
        ? isOwn && choose()
          ? protoDefault(field)
          : undefined
        : respellValue(field.type, given, choose, isOwn);
    if (value !== undefined) written[choose() ? snakeCase(name) : name] = value;
  }
  return shuffled(written, choose);
}

function protoDefault({ type, presence }: Field): Value | undefined {
  if (presence || type.kind === "message") return null;
  if (type.kind === "list") return [];
  if (type.kind === "map") return {};
  if (type.kind === "enum") return type.names[0];
  if (type.kind === "bool") return false;
  if (type.kind === "string") return "";
  return ["int32", "int64", "uint64", "float"].includes(type.kind) ? 0 : null;
}

function shuffled(map: ValueMap, choose: () => boolean): ValueMap {
  const entries = Object.entries(map);
  return Object.fromEntries(choose() ? entries.reverse() : entries);
}

/** The position of a scalar in a spec, and a different value of its type. */
export interface Edit {
  readonly path: (string | number)[];
  readonly value: Value;
}

/** All edits of one scalar that change the meaning of a spec. */
export function possibleEdits(spec: Value): Edit[] {
  return editsOf(ROOT_TYPE, spec, []);
}

function editsOf(type: FieldType, value: Value, path: (string | number)[]): Edit[] {
  switch (type.kind) {
    case "message":
      return Object.entries(value as ValueMap).flatMap(([key, item]) => {
        const field = MESSAGES[type.message].fields[fieldName(type.message, key) ?? ""];
        return field === undefined ? [] : editsOf(field.type, item, [...path, key]);
      });
    case "list":
      return (value as Value[]).flatMap((item, index) =>
        editsOf(type.item, item, [...path, index]),
      );
    case "map":
      return Object.keys(value as ValueMap).map((key) => ({ path: [...path, key], value: "new" }));
    case "json":
      return (value as ValueMap[]).map((_, index) => ({
        path: [...path, index, "path"],
        value: "anew",
      }));
    case "enum":
      return [{ path, value: type.names.find((name) => name !== value) ?? "" }];
    case "bool":
      return [{ path, value: false }];
    case "duration":
      return [{ path, value: "1001s" }];
    case "timestamp":
      return [{ path, value: "2025-05-01T00:00:00Z" }];
    case "string":
      return [{ path, value: "changed" }];
    default:
      return [{ path, value: 1001 }];
  }
}

/** The spec with one value replaced. */
export function edited(value: Value, [step, ...rest]: (string | number)[], change: Value): Value {
  if (step === undefined) return change;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === step ? edited(item, rest, change) : item));
  }
  const map = value as ValueMap;
  return { ...map, [step]: edited(map[step] ?? null, rest, change) };
}

/** The paths of everything whose removal changes the meaning of a spec. */
export function possibleOmissions(spec: Value): (string | number)[][] {
  return omissionsIn(ROOT_TYPE, spec, []).filter(
    ([first, second]) => first !== "pipeline" || second === "project",
  );
}

function omissionsIn(type: FieldType, value: Value, path: (string | number)[]): (typeof path)[] {
  switch (type.kind) {
    case "message":
      return Object.entries(value as ValueMap).flatMap(([key, item]) => {
        const field = MESSAGES[type.message].fields[fieldName(type.message, key) ?? ""];
        if (field === undefined) return [];
        return [[...path, key], ...omissionsIn(field.type, item, [...path, key])];
      });
    case "list": {
      const items = value as Value[];
      const inside = items.flatMap((item, index) => omissionsIn(type.item, item, [...path, index]));
      // a list is compared by index, so only its last item can be removed without moving others
      return items.length > 1 ? [...inside, [...path, items.length - 1]] : inside;
    }
    case "map": {
      // a map without entries does not count
      const keys = Object.keys(value as ValueMap);
      return keys.length > 1 ? keys.map((key) => [...path, key]) : [];
    }
    default:
      return [];
  }
}

/** The spec without the value at a path. */
export function omitted(value: Value, [step, ...rest]: (string | number)[]): Value {
  if (step === undefined) return value;
  if (Array.isArray(value)) {
    if (rest.length === 0) return value.filter((_, index) => index !== step);
    return value.map((item, index) => (index === step ? omitted(item, rest) : item));
  }
  const { [step]: inside = null, ...others } = value as ValueMap;
  if (rest.length === 0) return others;
  return { ...(value as ValueMap), [step]: omitted(inside, rest) };
}
