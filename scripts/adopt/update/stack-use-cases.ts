/** The use cases that a stack selects, without its prefix. */
import { limited } from "../../../config/environment";
import { registeredUseCases } from "../../../config/registry";
import { applyOverrides } from "../../../config/use-case-overrides";
import { readValues } from "../../../config/values";
import type { UseCaseDefinition } from "../../../use-cases/definition";
import { reposMade } from "../../../use-cases/sources";
import { readStackConfig } from "../../render/stack-file";

export interface SelectedDefinition {
  readonly name: string;
  /** As written in its file. */
  readonly written: UseCaseDefinition;
  /** With the overrides of the stack's configuration. */
  readonly effective: UseCaseDefinition;
}

/** Reads the use cases that a stack selects; with a name, only that one. */
export function readSelected(stack: string, only: string | undefined) {
  const { values } = readValues(readStackConfig(stack).config);
  const all = registeredUseCases();
  const { useCases: selected = {}, environment, namePrefix = "" } = values;
  const definitions = Object.entries(selected).flatMap(
    ([name, overrides]): SelectedDefinition[] => {
      const written = Object.hasOwn(all, name) ? all[name] : undefined;
      if (written === undefined) return []; // the program refuses it
      const changed = applyOverrides(written, overrides);
      return [{ name, written, effective: environment ? limited(changed, environment) : changed }];
    },
  );
  const repos = definitions.flatMap(({ name, effective }) => reposMade(name, effective));
  const wanted = definitions.filter(({ name }) => only === undefined || name === only);
  if (only !== undefined && wanted.length === 0) {
    const names = definitions.map(({ name }) => name).join(", ") || "none";
    throw new Error(`stack ${stack} does not select use case "${only}"; it selects ${names}`);
  }
  return { wanted, made: new Set(repos.map(({ repo }) => `${namePrefix}${repo}`)) };
}
