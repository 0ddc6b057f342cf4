import { text } from "../../../kit/arguments";
import { diffValues } from "../../../kit/diff";
import type { PropertyChange } from "../../../kit/handler";
import type { ValueMap } from "../../../kit/values";

/** How a description changed; to Pachyderm, an empty description equals no description. */
export function diffDescription(oldInputs: ValueMap, inputs: ValueMap): PropertyChange[] {
  const path = ["description"];
  return diffValues(oldInputs.description || null, inputs.description || null, path);
}

/** The inputs with the description that the server has. */
export function withLiveDescription(inputs: ValueMap, live: { description: string }): ValueMap {
  if (text(inputs.description) === live.description) return inputs;
  return { ...inputs, description: live.description };
}
