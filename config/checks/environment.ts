import { type Problem, removeHint, setCommand } from "../messages";
import type { Values } from "../schema";

/** Limits and expiry are for stacks whose data may be lost, never for production by mistake. */
export function checkEnvironment({ environment, disposable }: Partial<Values>): Problem[] {
  if (disposable !== false || Object.keys(environment ?? {}).length === 0) return [];
  const path = ["environment"];
  const command = setCommand(["disposable"], { value: "true" });
  const text = `requires a disposable stack, but disposable is not true: ${command} ${removeHint(path)}`;
  return [{ path, text }];
}
