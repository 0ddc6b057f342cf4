import { didYouMean } from "../../providers/kit/suggest";
import type { NamedUseCases } from "../../use-cases/definition";
import { type Problem, removeHint } from "../messages";
import type { Values } from "../schema";

/** Settings of parts that the use case does not have. */
export function checkParts(
  { useCases: selected }: Partial<Values>,
  named: NamedUseCases,
): Problem[] {
  return Object.entries(named).flatMap(([useCase, definition]) => {
    const { data, dedicated, pipelines, ...others } = selected?.[useCase] ?? {};
    const path = ["useCases", useCase];
    const lacks = (inner: readonly string[], part: string): Problem => ({
      path: [...path, ...inner],
      text: `has no effect, because use-cases/${useCase} has no ${part} ${removeHint([...path, ...inner])}`,
    });
    return [
      ...(["training", "deployment"] as const)
        .filter((part) => others[part] !== undefined && definition[part] === undefined)
        .map((part) => lacks([part], part)),
      // data.keep applies to everything that the use case creates
      ...Object.keys(definition.data === undefined ? (data ?? {}) : {})
        .filter((key) => key !== "keep")
        .map((key) => lacks(["data", key], "training")),
      ...(["bucket", "namespace"] as const)
        .filter((part) => dedicated?.[part] && definition.deployment === undefined)
        .map((part) => lacks(["dedicated", part], "deployment")),
      ...Object.keys(pipelines ?? {})
        .filter((key) => !Object.hasOwn(definition.pipelines ?? {}, key))
        .map((key) => unknownPipeline(useCase, key, Object.keys(definition.pipelines ?? {}))),
    ];
  });
}

function unknownPipeline(useCase: string, key: string, known: readonly string[]): Problem {
  const path = ["useCases", useCase, "pipelines", key];
  const hint = known.length === 0 ? "there are none" : `expected one of ${known.join(", ")}`;
  const suggestion = didYouMean(key, known) ?? hint;
  const text = `is not one of the pipelines in use-cases/${useCase}; ${suggestion} ${removeHint(path)}`;
  return { path, text };
}
