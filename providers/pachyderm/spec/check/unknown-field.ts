import { didYouMean } from "../../../kit/suggest";
import { fieldName, MESSAGES, type MessageName, ROOT, snakeCase } from "../fields";
import { removedField } from "../removed-fields";

const SPEC_REFERENCE = "https://docs.pachyderm.com/latest/build-dags/pipeline-spec/";

/** A longer list of places does not help. */
const MOST_PLACES = 4;

/** What is wrong with a key that is not a field of its message, and what was probably meant. */
export function unknownField(message: MessageName, key: string): string {
  const replacement = removedField(message, key);
  if (replacement !== undefined) return `was removed in Pachyderm 2: ${replacement}`;
  const spell = (name: string) => (key.includes("_") ? snakeCase(name) : name);
  const places = placesOf(message, key, spell);
  if (places.length > 0) return `is not a valid field here; it belongs in ${places.join(" or ")}`;
  const known = acceptedFields(message).map(spell);
  const hint = known.length > 12 ? `see ${SPEC_REFERENCE}` : `expected one of ${known.join(", ")}`;
  return `is not a valid field here; ${didYouMean(key, known) ?? hint}`;
}

/** Where the spec has a field of that name: inside the message itself, else anywhere. */
function placesOf(message: MessageName, key: string, spell: (name: string) => string): string[] {
  const inside = pathsTo(message, key);
  const paths = inside.length > 0 || message === ROOT ? inside : pathsTo(ROOT, key);
  if (paths.length > MOST_PLACES) return [];
  const prefix = inside.length > 0 && message !== ROOT ? "" : "spec.";
  return paths.map((path) => `\`${prefix}${path.map(spell).join(".")}\``);
}

/**
 * The shortest paths from a message to fields of that name, never through the same message twice.
 */
function pathsTo(from: MessageName, key: string): string[][] {
  const seen = new Set<MessageName>([from]);
  let level: { readonly message: MessageName; readonly path: readonly string[] }[] = [
    { message: from, path: [] },
  ];
  while (level.length > 0) {
    const found = level.flatMap(({ message, path }) => {
      const name = fieldName(message, key);
      const isAccepted = name !== undefined && acceptedFields(message).includes(name);
      return isAccepted ? [[...path, name]] : [];
    });
    if (found.length > 0) return found;
    const next = level.flatMap(({ message, path }) =>
      Object.entries(MESSAGES[message].fields).flatMap(([name, { type }]) => {
        const [item, mark] = type.kind === "list" ? [type.item, "[]"] : [type, ""];
        if (item.kind !== "message" || seen.has(item.message)) return [];
        return [{ message: item.message, path: [...path, `${name}${mark}`] }];
      }),
    );
    for (const { message } of next) seen.add(message);
    level = next;
  }
  return [];
}

function acceptedFields(message: MessageName): string[] {
  return Object.entries(MESSAGES[message].fields)
    .filter(([, { type }]) => type.kind !== "refused")
    .map(([name]) => name);
}
