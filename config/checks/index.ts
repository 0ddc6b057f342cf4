import { didYouMean } from "../../providers/kit/suggest";
import type { NamedUseCases } from "../../use-cases/definition";
import { type Problem, removeHint, setCommand } from "../messages";
import { registeredUseCases } from "../registry";
import type { Values } from "../schema";
import { checkBucket } from "./bucket";
import { checkCircles } from "./circles";
import { checkCredentials } from "./credentials";
import { checkDedicated } from "./dedicated";
import { checkDedicatedNames, checkDetectorNames } from "./dedicated-names";
import { checkEnvironment } from "./environment";
import { checkNames } from "./names";
import { checkParts } from "./parts";
import { checkReads } from "./reads";
import { checkSeldon } from "./seldon";
import { checkUseCaseNames } from "./use-case-names";

/**
 * Problems with combinations of values that are valid individually. Sections that could not be read
 * are missing; the others are still checked.
 */
export function checkTogether(values: Partial<Values>, named: NamedUseCases): Problem[] {
  return [
    ...checkCluster(values),
    ...checkCredentials(values),
    ...checkBucket(values),
    ...checkSeldon(values),
    ...checkDedicated(values),
    ...checkEnvironment(values),
    ...checkUseCases(values),
    ...checkParts(values, named),
    ...checkWithPrefix(values, named),
    ...checkReads(values, named),
  ];
}

/** What depends on names: they are unknown while the prefix is. */
function checkWithPrefix(values: Partial<Values>, named: NamedUseCases): Problem[] {
  if (values.namePrefix === undefined) return [];
  return [
    ...checkNames(values),
    ...checkUseCaseNames(values, named),
    ...checkCircles(named, values),
    ...checkDedicatedNames(values, named),
    ...checkDetectorNames(values, named),
  ];
}

function checkCluster({ kubernetes }: Partial<Values>): Problem[] {
  if (kubernetes === undefined || kubernetes.context || kubernetes.kubeconfig) return [];
  const path = ["kubernetes", "context"];
  return [
    {
      path,
      text: `is missing, and so is kubernetes.kubeconfig; set either of them to select the cluster: ${setCommand(path)}`,
    },
  ];
}

function checkUseCases({ useCases: selected }: Partial<Values>): Problem[] {
  const known = Object.keys(registeredUseCases());
  return Object.keys(selected ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = didYouMean(name, known);
      const hint = meant === undefined ? "" : `; ${meant}`;
      return {
        path: ["useCases", name],
        text: `is not a use case in use-cases/; expected one of ${known.join(", ")}${hint} ${removeHint(["useCases", name])}`,
      };
    });
}
