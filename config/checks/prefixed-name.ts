import { type Problem, setCommand } from "../messages";

/** What is wrong with a name from the configuration, after its prefix. */
export function checkName(
  path: readonly string[],
  kind: string,
  name: string | undefined,
  check: (name: string) => string | undefined,
  prefix = "",
): Problem[] {
  const problem = name === undefined ? undefined : check(prefix + name);
  if (problem === undefined) return [];
  const origin = prefix === "" ? "is" : `makes, after namePrefix, the ${kind} name`;
  return [{ path, text: `${origin} "${prefix}${name}", which ${problem}: ${setCommand(path)}` }];
}
