/**
 * Where the order of a list says nothing: the inputs of a union. Their datums stay the same in any
 * order, while a cross builds other datums from another one. Two things make the order of a union
 * count all the same: a join or a group around it, which put datums together in that order, and a
 * trigger inside, whose branch Pachyderm names by the input's position.
 */
import { isMap, type Value } from "../../kit/values";
import { type FieldType, MESSAGES } from "./fields";

/** The kinds of input below which the order of everything counts. */
const ORDERED = new Set(["join", "group"]);

/** The type of a message's field, which knows whether order counts there. */
export function fieldType(type: FieldType | undefined, name: string): FieldType | undefined {
  if (type?.kind !== "message") return undefined;
  const field = MESSAGES[type.message].fields[name]?.type;
  if (type.message !== "Input" || field?.kind !== "list") return field;
  if (!type.ordered && !ORDERED.has(name)) return field;
  return { kind: "list", item: { kind: "message", message: "Input", ordered: true } };
}

/** A canonical value with the items of each union in one order, whatever it was before. */
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

/** A replacer for JSON.stringify: maps that are equal are then written alike. */
function withSortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
