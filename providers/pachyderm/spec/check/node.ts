import type { PropertyPath } from "../../../kit/property-path";
import { isMap, isSecret, isUnknown, type Value, type ValueMap } from "../../../kit/values";
import { type FieldType, MESSAGES, type MessageName } from "../fields";
import { spelledKey } from "../lookup";
import { parseInteger } from "../scalars";

/**
 * A position in a spec, possibly without a value, for rules to inspect. Values of a wrong type
 * appear empty to `text` and its siblings: shape.ts reports them.
 */
export class SpecNode {
  constructor(
    readonly value: Value | undefined,
    readonly type: FieldType,
    readonly path: PropertyPath,
  ) {}

  /** The field with that camelCase name. */
  field(name: string): SpecNode {
    const type =
      this.#message === undefined ? undefined : MESSAGES[this.#message].fields[name]?.type;
    if (this.#message === undefined || type === undefined) throw new Error(`no field ${name}`);
    const map: ValueMap = isMap(this.value) ? this.value : {};
    const key = spelledKey(map, this.#message, name);
    return new SpecNode(key === undefined ? undefined : map[key], type, [
      ...this.path,
      key ?? name,
    ]);
  }

  /** The items of a list. */
  get items(): SpecNode[] {
    if (this.type.kind !== "list" || !Array.isArray(this.value)) return [];
    const type = this.type.item;
    return this.value.map((item, index) => new SpecNode(item, type, [...this.path, index]));
  }

  /** The entries of a map with the user's own keys. */
  get entries(): [string, SpecNode][] {
    if (!isMap(this.value)) return [];
    return Object.entries(this.value).map(([key, value]) => [
      key,
      new SpecNode(value, { kind: "string" }, [...this.path, key]),
    ]);
  }

  /** Whether the value can be checked: it is known and of the right type. */
  get isKnown(): boolean {
    const { value } = this;
    if (isUnknown(value) || isSecret(value)) return false;
    if (value === undefined || value === null) return true;
    return this.type.kind === "message" ? isMap(value) : true;
  }

  /** Whether Pachyderm sees a value: proto3 treats 0, "", false and [] as not set. */
  get isSet(): boolean {
    const { value } = this;
    if (value === undefined || value === null || value === false || value === "") return false;
    if (Array.isArray(value)) return value.length > 0;
    return this.#isNumeric ? parseInteger(value) !== 0n : true;
  }

  /** The string, if it is known and not empty. */
  get text(): string | undefined {
    return typeof this.value === "string" && this.value !== "" ? this.value : undefined;
  }

  /** The integer, if it is known; 0 if it is not set. */
  get integer(): bigint | undefined {
    if (!this.isKnown) return undefined;
    return this.isSet ? parseInteger(this.value) : 0n;
  }

  /** Whether the value is known to be true. */
  get isTrue(): boolean {
    return this.value === true;
  }

  get #message(): MessageName | undefined {
    return this.type.kind === "message" ? this.type.message : undefined;
  }

  get #isNumeric(): boolean {
    return ["int32", "int64", "uint64"].includes(this.type.kind);
  }
}
