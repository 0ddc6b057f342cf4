/** Parses YAML with the position of every value: the documents of a text, without empty ones. */
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type Scalar,
} from "yaml";
import type { Value, ValueMap } from "../../../providers/kit/values";
import { ambiguityOf } from "./ambiguous-scalar";
import { DEEPEST, JSON_SCHEMA, MOST_VALUES, TOO_MANY, UNUSABLE_KEY } from "./limits";
import { type Located, ReadError } from "./located";
import { placeholderAt, substituteFirst } from "./placeholder";

/** The documents of a text. */
export function readYaml(text: string): Located[] {
  const documents = parseAllDocuments(text, {
    intAsBigInt: true,
    prettyErrors: false,
    // even if a file says %YAML 1.1: values that the two versions read differently are refused
    schema: "core",
  });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) throw errorAt(text, problem.message, problem.pos[0]);
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return [];
    return [new YamlReader(document, text).read(contents, 0)];
  });
}

/** The parser's own message, unless a placeholder nearby explains the error. */
function errorAt(text: string, message: string, offset: number): ReadError {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  for (let at = lineStart; at <= offset; at++) {
    const placeholder = placeholderAt(text, at);
    if (placeholder?.startsWith("{{")) return new ReadError(substituteFirst(placeholder), at);
  }
  return new ReadError(`is not valid YAML: ${message.replaceAll(/\s+/g, " ")}`, offset);
}

class YamlReader {
  readonly #document: Document;
  readonly #text: string;
  /** The target of an alias is read once per alias, so a file of nested aliases would never end. */
  #left = MOST_VALUES;

  constructor(document: Document, text: string) {
    this.#document = document;
    this.#text = text;
  }

  read(node: Node, depth: number, offset = node.range?.[0] ?? 0): Located {
    if (depth > DEEPEST) throw new ReadError(`is nested deeper than ${DEEPEST} levels`, offset);
    if (this.#left-- === 0) throw new ReadError(TOO_MANY, offset);
    if (isAlias(node)) return this.#alias(node.resolve(this.#document), depth, offset);
    if (isMap(node)) return this.#map(node, depth, offset);
    if (isSeq(node)) {
      const items = node.items.map(
        (item, index) => [index, this.read(item as Node, depth + 1)] as const,
      );
      return { value: items.map(([, { value }]) => value), offset, inside: new Map(items) };
    }
    return { value: isScalar(node) ? scalar(node, offset) : null, offset };
  }

  #alias(target: Node | undefined, depth: number, offset: number): Located {
    if (target === undefined) throw new ReadError("refers to an undefined anchor", offset);
    return { ...this.read(target, depth + 1), offset };
  }

  #map(node: Node & { items: unknown[] }, depth: number, offset: number): Located {
    const inside = new Map<string, Located>();
    const merged: Located[] = [];
    for (const pair of node.items) {
      if (!isPair(pair)) continue;
      const key = pair.key as Node;
      const keyAt = key?.range?.[0] ?? offset;
      const placeholder = placeholderAt(this.#text, offset);
      if (!isScalar(key)) {
        if (placeholder !== undefined) throw new ReadError(substituteFirst(placeholder), offset);
        throw new ReadError("expected a string as the key", keyAt);
      }
      const name = keyName(key, keyAt);
      if (name === JSON_SCHEMA) continue;
      if (name === UNUSABLE_KEY) throw new ReadError(`${name} is not a valid key`, keyAt);
      const value = this.read((pair.value as Node | null) ?? nullAt(keyAt), depth + 1);
      if (name === "<<" && key.type === "PLAIN") merged.push(...sources(value));
      else inside.set(name, { ...value, offset: keyAt });
    }
    // the map's own entries win, then those that are merged first
    for (const [name, value] of merged.flatMap((source) => [...(source.inside ?? [])])) {
      if (!inside.has(String(name))) inside.set(String(name), value);
    }
    const entries = [...inside].map(([name, { value }]) => [name, value] as const);
    return { value: Object.fromEntries(entries) as ValueMap, offset, inside };
  }
}

/** The maps that a merge key names: one map or a list of maps. */
function sources(merge: Located): Located[] {
  return Array.isArray(merge.value) ? [...(merge.inside?.values() ?? [])] : [merge];
}

function nullAt(offset: number): Node {
  return { range: [offset, offset, offset] } as unknown as Node;
}

/** The name of an entry. */
function keyName(key: Scalar, offset: number): string {
  if (typeof key.value === "string") {
    scalar(key, offset);
    return key.value;
  }
  const source = key.source ?? "";
  throw new ReadError(`the key ${source} is not a string: write "${source}"`, offset);
}

/** A number that JavaScript would round stays a string, which Pachyderm also accepts. */
function scalar({ value, source = "", type, tag }: Scalar, offset: number): Value {
  const isPlain = type === "PLAIN" && tag !== "tag:yaml.org,2002:str";
  const ambiguity = isPlain || typeof value !== "string" ? ambiguityOf(source, value) : undefined;
  if (ambiguity !== undefined) throw new ReadError(ambiguity, offset);
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  return (value ?? null) as Value;
}
