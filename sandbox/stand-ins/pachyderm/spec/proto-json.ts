import { isObject, type Json, type JsonObject, setOwn } from "./json";
import { type Node, ProtoJsonError, position, readJson } from "./json-reader";
import type { EnumType, Field, MessageType, ScalarType, ValueType } from "./messages";

/** How a text is parsed. */
export interface ReadOptions {
  /** The server's minor version: it does not know later fields. */
  readonly minor: number;
  /** As the gateway does for requests; a pipeline spec is parsed strictly. */
  readonly discardUnknown?: boolean;
}

/**
 * Reads a message as protojson does: camelCase or snake_case keys, 64 bit integers as numbers or
 * strings, enums by name or number. The result has camelCase keys and enum names; everything else
 * stays as it was written, null included.
 *
 * @throws ProtoJsonError with protojson's own message.
 */
export function readMessage(text: string, type: MessageType, options: ReadOptions): JsonObject {
  return new MessageReader(text, options).message(readJson(text), type);
}

class MessageReader {
  readonly #text: string;
  readonly #options: ReadOptions;

  constructor(text: string, options: ReadOptions) {
    this.#text = text;
    this.#options = options;
  }

  message(node: Node, type: MessageType): JsonObject {
    if (node.kind !== "object") throw this.#unexpected(node);
    const message: Record<string, Json> = {};
    for (const member of node.members) {
      const name = this.#fieldName(member.key, type);
      const field = name === undefined ? undefined : type.fields[name];
      if (name === undefined || field === undefined) {
        if (this.#options.discardUnknown) continue;
        throw this.#error(member, `unknown field ${JSON.stringify(member.key)}`);
      }
      if (Object.hasOwn(message, name))
        throw this.#error(member, `duplicate field ${JSON.stringify(member.key)}`);
      this.#refuseSecondOfOneof(member, name, type, message);
      message[name] = this.#field(member.value, field);
    }
    return message;
  }

  #refuseSecondOfOneof(
    member: { readonly key: string; readonly offset: number; readonly value: Node },
    name: string,
    type: MessageType,
    message: JsonObject,
  ): void {
    const { oneof } = type;
    if (!oneof?.fields.includes(name) || member.value.kind === "null") return;
    if (oneof.fields.some((other) => (message[other] ?? null) !== null))
      throw this.#error(
        member,
        `error parsing ${JSON.stringify(member.key)}, oneof ${type.name}.${oneof.name} is already set`,
      );
  }

  #fieldName(key: string, type: MessageType): string | undefined {
    return Object.keys(type.fields).find(
      (name) =>
        (key === name || key === snakeCase(name)) &&
        (type.fields[name]?.since ?? 0) <= this.#options.minor,
    );
  }

  #field(node: Node, field: Field): Json {
    if (node.kind === "null") return null;
    if (field.shape === "list") return this.#list(node, field.type());
    if (field.shape === "map") return this.#map(node, field.type());
    return this.#value(node, field.type());
  }

  #list(node: Node, type: ValueType): Json {
    if (node.kind !== "list") throw this.#unexpected(node);
    return node.items.map((item) => this.#value(item, type));
  }

  #map(node: Node, type: ValueType): Json {
    if (node.kind !== "object") throw this.#unexpected(node);
    const entries: Record<string, Json> = {};
    for (const { key, offset, value } of node.members) {
      if (Object.hasOwn(entries, key))
        throw this.#error({ offset }, `duplicate map key ${JSON.stringify(key)}`);
      setOwn(entries, key, this.#value(value, type));
    }
    return entries;
  }

  #value(node: Node, type: ValueType): Json {
    if (typeof type === "object" && type.kind === "message") return this.message(node, type);
    if (node.kind === "null" && typeof type === "string")
      throw this.#error(node, `invalid value for ${type} type: null`);
    if (node.kind !== "scalar") throw this.#unexpected(node);
    if (type === "duration" && typeof node.value === "string" && isTooLong(node.value))
      throw this.#error(node, `google.protobuf.Duration value out of range: ${node.raw}`);
    const value = typeof type === "object" ? enumName(node.value, type) : scalar(node.value, type);
    if (value === undefined) {
      const name = typeof type === "object" ? "enum" : type;
      throw this.#error(node, `invalid value for ${name} type: ${node.raw}`);
    }
    return value;
  }

  #unexpected(node: Node): ProtoJsonError {
    return new ProtoJsonError(
      `syntax error ${position(this.#text, node.offset)}: unexpected token ${node.raw}`,
    );
  }

  #error(at: { readonly offset: number }, reason: string): ProtoJsonError {
    return new ProtoJsonError(`${position(this.#text, at.offset)}: ${reason}`);
  }
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function enumName(value: boolean | number | string, type: EnumType): string | undefined {
  if (typeof value === "number") return type.names[value];
  return type.names.find((name) => name === value);
}

const INTEGER_RANGE = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const;

/** The value as it was written, or undefined if the type does not accept it. */
function scalar(value: boolean | number | string, type: ScalarType): Json | undefined {
  const fits = (() => {
    switch (type) {
      case "string":
        return typeof value === "string";
      case "bool":
        return typeof value === "boolean";
      case "float":
        return (
          (typeof value === "number" || (typeof value === "string" && isFloat(value))) &&
          (Math.abs(Number(value)) <= MAX_FLOAT || /^(NaN|-?Infinity)$/.test(String(value)))
        );
      case "duration":
        return typeof value === "string" && /^-?(\d+\.?\d*|\.\d+)s$/.test(value);
      case "timestamp":
        return typeof value === "string" && !Number.isNaN(Date.parse(value));
      default: {
        const integer = toInteger(value);
        const [least, most] = INTEGER_RANGE[type];
        return integer !== undefined && integer >= least && integer <= most;
      }
    }
  })();
  return fits ? value : undefined;
}

/** Seconds of the longest google.protobuf.Duration, either way. */
const MAX_DURATION_S = 315_576_000_000;
const isTooLong = (text: string) => Math.abs(Number.parseFloat(text)) > MAX_DURATION_S;

/** The largest number that a Go float32 holds; NaN and Infinity are written as strings. */
const MAX_FLOAT = 3.4028234663852886e38;

const isFloat = (text: string) =>
  /^(NaN|-?Infinity)$/.test(text) || (text.trim() === text && text !== "" && !Number.isNaN(+text));

function toInteger(value: Json): bigint | undefined {
  if (typeof value === "string" && /^-?\d+$/.test(value)) return BigInt(value);
  const number = typeof value === "string" && isFloat(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) ? BigInt(number) : undefined;
}

/**
 * A message as protojson prints it: 64-bit integers as strings, fields in the order of the proto
 * file, and without default values.
 */
export function printMessage(message: JsonObject, type: MessageType): JsonObject {
  const printed: Record<string, Json> = {};
  for (const [name, field] of Object.entries(type.fields)) {
    const value = message[name];
    if (value === undefined || value === null) continue;
    const text = printField(value, field);
    if (field.shape === "wrapper" || !isDefault(text, field)) printed[name] = text;
  }
  return printed;
}

function printField(value: Json, field: Field): Json {
  const type = field.type();
  if (Array.isArray(value)) return value.map((item) => printValue(item, type));
  if (field.shape === "map" && isObject(value)) return value;
  return printValue(value, type);
}

function printValue(value: Json, type: ValueType): Json {
  if (typeof type === "object")
    return type.kind === "message" && isObject(value) ? printMessage(value, type) : value;
  if (type === "int64" || type === "uint64") return String(toInteger(value));
  if (type === "int32") return Number(value);
  if (type === "float" && typeof value === "string" && /^-?[\d.]/.test(value)) return Number(value);
  return value;
}

function isDefault(value: Json, field: Field): boolean {
  if (field.shape === "list") return Array.isArray(value) && value.length === 0;
  if (field.shape === "map") return isObject(value) && Object.keys(value).length === 0;
  return value === defaultOf(field);
}

function defaultOf(field: Field): Json {
  const type = field.type();
  if (field.shape === "list") return [];
  if (field.shape === "map") return {};
  if (field.shape === "wrapper" || type === "duration" || type === "timestamp") return null;
  if (typeof type === "object") return type.kind === "enum" ? (type.names[0] ?? "") : null;
  if (type === "string") return "";
  if (type === "bool") return false;
  return type === "int64" || type === "uint64" ? "0" : 0;
}

/** The message with every field that the server knows, as the gateway returns it. */
export function populated(message: JsonObject, type: MessageType, minor: number): JsonObject {
  const full: Record<string, Json> = {};
  for (const [name, field] of Object.entries(type.fields)) {
    if ((field.since ?? 0) > minor) continue;
    const value = message[name];
    // of a oneof, only the field that is set
    if (type.oneof?.fields.includes(name) && (value ?? null) === null) continue;
    full[name] =
      value === undefined || value === null
        ? defaultOf(field)
        : populatedField(value, field.type(), minor);
  }
  return full;
}

function populatedField(value: Json, type: ValueType, minor: number): Json {
  if (typeof type !== "object" || type.kind !== "message") return value;
  if (Array.isArray(value)) return value.map((item) => populatedField(item, type, minor));
  return isObject(value) ? populated(value, type, minor) : value;
}
