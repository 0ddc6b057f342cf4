import { fullKey } from "../../config/messages";
import { withStack } from "../../config/named-stack";
import type { Values } from "../../config/schema";
import { readValues } from "../../config/values";

/** The settings that connect to a stack's systems. */
export interface ConnectionSettings {
  readonly pachyderm: Values["pachyderm"];
  readonly kubernetes: Values["kubernetes"];
  readonly detectorNamespace: string;
  readonly gcpProject: string;
}

/** The keys of these settings. Problems with other keys do not matter. */
const NEEDED = [["pachyderm"], ["kubernetes"], ["seldon", "detectorNamespace"], ["gcp:project"]];

/** Reads them from a stack's configuration, with every value as text. */
export function readConnection(
  stack: string,
  raw: Readonly<Record<string, string>>,
): ConnectionSettings {
  const { values, problems } = readValues(raw);
  const problem = problems.find(({ path }) =>
    NEEDED.some((needed) => needed.every((part, index) => (path[index] ?? part) === part)),
  );
  if (problem !== undefined)
    throw new Error(withStack(`${fullKey(problem.path)} ${problem.text}`, stack));
  const { pachyderm, kubernetes, seldon } = values as Values;
  const { detectorNamespace } = seldon;
  return { pachyderm, kubernetes, detectorNamespace, gcpProject: raw["gcp:project"] ?? "" };
}
