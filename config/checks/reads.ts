import type { NamedUseCases } from "../../use-cases/definition";
import { findSources } from "../../use-cases/sources";
import { type Problem, removeHint, setCommand } from "../messages";
import type { UseCaseOverrides } from "../overrides-schema";
import type { Values } from "../schema";

/** Use cases that read data or models of other use cases through a branch of their own. */
export function checkReads(values: Partial<Values>, named: NamedUseCases): Problem[] {
  const { useCases: selected = {}, namePrefix = "" } = values;
  const sources = findSources(named, namePrefix);
  return Object.entries(named).flatMap(([name, { data, training, repos, pipelines }]) => {
    const keeps = repos !== undefined || pipelines !== undefined;
    if (training?.defer)
      return checkDeferred(name, { prefix: namePrefix, keeps }, selected[name] ?? {});
    return data === undefined ? [] : checkData(name, data, sources[name]?.useCase);
  });
}

function checkData(
  name: string,
  data: { existing?: boolean; branch?: string; commit?: string; repo: string },
  maker: string | undefined,
): Problem[] {
  const at = (key: string) => ["useCases", name, "data", key];
  const key = data.commit === undefined ? "branch" : "commit";
  if (data.branch === undefined && data.commit === undefined) return [];
  if (data.branch !== undefined && data.commit !== undefined) {
    const text = `conflicts with data.branch: set only one of them ${removeHint(at("commit"))}`;
    return [{ path: at("commit"), text }];
  }
  if (!data.existing) {
    const command = setCommand(at("existing"), { value: "true" });
    const text = `requires data.existing, because a repo that the stack creates has no data yet: ${command}`;
    return [{ path: at(key), text }];
  }
  if (maker === undefined) return [];
  const text = `requires a repo of another stack, but ${maker} of this stack creates ${data.repo} ${removeHint(at(key))}`;
  return [{ path: at(key), text }];
}

/** A use case that does not train has neither training data nor training parameters. */
function checkDeferred(
  name: string,
  { prefix, keeps }: { readonly prefix: string; readonly keeps: boolean },
  { data = {}, training = {} }: UseCaseOverrides,
): Problem[] {
  const path = ["useCases", name];
  const { defer: _, ...rest } = training;
  const idle = [
    // data.keep also applies to further repos and pipelines
    ...Object.keys(data)
      .filter((key) => key !== "keep" || !keeps)
      .map((key) => [...path, "data", key]),
    ...Object.keys(rest).map((key) => [...path, "training", key]),
  ];
  const unused = idle.map((at) => ({
    path: at,
    text: `has no effect, because training.defer disables training ${removeHint(at)}`,
  }));
  if (prefix !== "") return unused;
  const command = setCommand(["namePrefix"], { value: "pr-12-" });
  const text = `requires namePrefix, which distinguishes this stack's pipelines from those that it defers to: ${command}`;
  return [{ path: [...path, "training", "defer"], text }, ...unused];
}
