import type { Value, ValueMap } from "../../kit/values";
import { fieldName, type MessageName } from "./fields";

/** The key that the user spelled a field with, or undefined where it is not set. */
export function spelledKey(map: ValueMap, message: MessageName, field: string): string | undefined {
  return Object.keys(map).find((key) => fieldName(message, key) === field);
}

/** The value of a field, however it is spelled, or undefined where it is not set. */
export function fieldValue(map: ValueMap, message: MessageName, field: string): Value | undefined {
  const key = spelledKey(map, message, field);
  return key === undefined ? undefined : map[key];
}
