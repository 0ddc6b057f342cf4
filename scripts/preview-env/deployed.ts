/**
 * The deployed pipelines of the base stack, and the use cases whose training a pull request
 * changes.
 */
import { isMap, type Value } from "../../providers/kit/values";
import type { NamedUseCases } from "../../use-cases/definition";
import { comparePipelines, readSpecs } from "../compare/compare-pipelines";
import type { StateResource } from "../exported-state";

/** The pipelines' specs and the names of the repos in a stack's state. */
export interface Deployed {
  readonly specs: ReadonlyMap<string, Value>;
  readonly repos: ReadonlySet<string>;
}

export function deployedBy(resources: readonly StateResource[]): Deployed {
  const inputsOf = (type: string) =>
    resources.flatMap((resource) => (resource.type === type ? [resource.inputs ?? {}] : []));
  const specs = inputsOf("pachyderm:index:Pipeline").map(({ spec }) => spec);
  return {
    specs: readSpecs(JSON.stringify(specs), "the state"),
    repos: new Set([
      ...inputsOf("pachyderm:index:Repo").map(({ name }) => String(name)),
      ...specs.flatMap((spec) =>
        isMap(spec) && isMap(spec.pipeline) ? [String(spec.pipeline.name)] : [],
      ),
    ]),
  };
}

/**
 * The use cases whose deployed training pipeline matches the checkout: training again would not
 * show anything new.
 */
export function unchangedTrainings(
  named: NamedUseCases,
  deployed: ReadonlyMap<string, Value>,
  rendered: ReadonlyMap<string, Value>,
): Set<string> {
  const byName = (specs: ReadonlyMap<string, Value>, pipeline: string) =>
    new Map([...specs].filter(([key]) => key.endsWith(`/${pipeline}`)));
  const unchanged = Object.entries(named).filter(([, { training }]) => {
    if (training === undefined) return false;
    const [before, after] = [deployed, rendered].map((specs) => byName(specs, training.name));
    if (before === undefined || after === undefined) return false;
    return before.size === 1 && after.size === 1 && comparePipelines(before, after).length === 0;
  });
  return new Set(unchanged.map(([name]) => name));
}
