import { type Problem, setCommand } from "../messages";

/** The problem with a name from the configuration, prefix included. */
export function checkName(
  path: readonly string[],
  kind: string,
  name: string | undefined,
  check: (name: string) => string | undefined,
  prefix = "",
): Problem[] {
  const problem = name === undefined ? undefined : check(prefix + name);
  if (problem === undefined) return [];
  const origin = prefix === "" ? "is" : `with namePrefix results in the ${kind} name`;
  return [{ path, text: `${origin} "${prefix}${name}", which ${problem}: ${setCommand(path)}` }];
}
