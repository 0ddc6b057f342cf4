import { type Problem, removeHint, setCommand } from "../messages";
import type { Values } from "../schema";

/** Limits and expiry are for stacks whose data may be lost, never for production by mistake. */
export function checkEnvironment({ environment, disposable }: Partial<Values>): Problem[] {
  if (disposable !== false || Object.keys(environment ?? {}).length === 0) return [];
  const path = ["environment"];
  const command = setCommand(["disposable"], { value: "true" });
  const text = `is only for development stacks, but this stack is not disposable: ${command} ${removeHint(path)}`;
  return [{ path, text }];
}
