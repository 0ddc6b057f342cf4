import { nearest } from "../../providers/kit/suggest";
import { useCases } from "../../use-cases";
import { type Problem, removeHint, setCommand } from "../messages";
import type { Values } from "../schema";
import { checkBucket } from "./bucket";
import { checkCredentials } from "./credentials";
import { checkNames } from "./names";
import { checkReads } from "./reads";
import { checkShared } from "./shared";
import type { NamedUseCases } from "./use-case-names";

/**
 * What is wrong with values that are right each by itself. Sections that could not be read are
 * missing; what is known of the others is checked all the same.
 */
export function checkTogether(values: Partial<Values>, named: NamedUseCases): Problem[] {
  return [
    ...checkCluster(values),
    ...checkCredentials(values),
    ...checkBucket(values),
    ...checkShared(values),
    ...checkUseCases(values),
    ...checkNames(values, named),
    ...checkReads(values, named),
  ];
}

function checkCluster({ kubernetes }: Partial<Values>): Problem[] {
  if (kubernetes === undefined || kubernetes.context || kubernetes.kubeconfig) return [];
  const path = ["kubernetes", "context"];
  return [
    {
      path,
      text: `is missing, and so is kubeconfig; one of them must name the cluster: ${setCommand(path)}`,
    },
  ];
}

function checkUseCases({ useCases: selected }: Partial<Values>): Problem[] {
  const known = Object.keys(useCases);
  return Object.keys(selected ?? {})
    .filter((name) => !Object.hasOwn(useCases, name))
    .map((name) => {
      const meant = nearest(name, known);
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      return {
        path: ["useCases", name],
        text: `is not a use case: use-cases/ has ${known.join(", ")}${hint} ${removeHint(["useCases", name])}`,
      };
    });
}
