/**
 * Where the order of a list has no meaning: the inputs of a union. Their datums are the same in any
 * order, while the datums of a cross depend on it. The order of a union matters in two cases:
 * inside a join or a group, which combine datums in that order, and around a trigger, whose branch
 * Pachyderm names by the input's position.
 */
import { isMap, type Value } from "../../kit/values";
import { type FieldType, MESSAGES } from "./fields";

/** The kinds of input inside which every order matters. */
const ORDERED = new Set(["join", "group"]);

/** The type of a message's field, including whether order matters there. */
export function fieldType(type: FieldType | undefined, name: string): FieldType | undefined {
  if (type?.kind !== "message") return undefined;
  const field = MESSAGES[type.message].fields[name]?.type;
  if (type.message !== "Input" || field?.kind !== "list") return field;
  if (!type.ordered && !ORDERED.has(name)) return field;
  return { kind: "list", item: { kind: "message", message: "Input", ordered: true } };
}

/** A canonical value with the items of each union in one canonical order. */
export function withSortedUnions(type: FieldType | undefined, value: Value): Value {
  if (type?.kind === "list" && Array.isArray(value)) {
    const items = value.map((item) => withSortedUnions(type.item, item));
    return type.isUnion && !items.some(hasNumberedBranch) ? sorted(items) : items;
  }
  if (type?.kind !== "message" || !isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      withSortedUnions(fieldType(type, name), item),
    ]),
  );
}

/** Whether there is a trigger without a branch in an input. */
function hasNumberedBranch(input: Value): boolean {
  if (Array.isArray(input)) return input.some(hasNumberedBranch);
  if (!isMap(input)) return false;
  const { pfs, ...others } = input;
  const isNumbered = isMap(pfs) && isMap(pfs.trigger) && pfs.branch === undefined;
  return isNumbered || Object.values(others).some(hasNumberedBranch);
}

function sorted(items: readonly Value[]): Value[] {
  return items
    .map((item) => ({ item, key: JSON.stringify(item, withSortedKeys) }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ item }) => item);
}

/** A replacer for JSON.stringify, so that equal maps produce equal text. */
function withSortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
