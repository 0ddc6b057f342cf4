import { checkDeclared, text } from "../../../kit/arguments";
import { dnsLabelProblem } from "../../../kit/dns-label";
import type { CheckFailure } from "../../../kit/handler";
import { reveal, type ValueMap } from "../../../kit/values";
import { RESOURCES } from "../schema/resources";
import { detectorNameProblem } from "./detector-names";
import type { DeploymentRef } from "./objects";

const DECLARED = RESOURCES["seldon:index:DeploymentCleanup"];
const NAMES = Object.keys(DECLARED.inputProperties);

/**
 * The detectors' default namespace in Seldon's Helm chart: requestLogger.namespace.name in its
 * values.
 */
export const DEFAULT_DETECTOR_NAMESPACE = "seldon-logs";

/** A deployment and the namespace of its detectors. */
export interface Inputs extends DeploymentRef {
  readonly detectorNamespace: string;
}

/** Checks a deployment's arguments; unknown values pass. */
export function checkInputs(inputs: ValueMap): CheckFailure[] {
  return [
    ...checkDeclared(inputs, DECLARED),
    ...NAMES.flatMap((property) => {
      const value = reveal(inputs[property] ?? null);
      const problem = typeof value === "string" ? dnsLabelProblem(value) : undefined;
      if (problem === undefined) return [];
      const shown = value === "" ? "" : `"${value}" `;
      return [{ reason: `${property}: ${shown}${problem}` }];
    }),
    ...checkDetectorNames(inputs),
  ];
}

function checkDetectorNames(inputs: ValueMap): CheckFailure[] {
  const [name, namespace] = [text(inputs.name), text(inputs.namespace)];
  if ([name, namespace].some((each) => each === "" || dnsLabelProblem(each) !== undefined))
    return [];
  const problem = detectorNameProblem({ name, namespace });
  return problem === undefined ? [] : [{ reason: `name: ${problem}` }];
}

/** The arguments as plain strings. */
export function readInputs(inputs: ValueMap): Inputs {
  return {
    name: text(inputs.name),
    namespace: text(inputs.namespace),
    detectorNamespace: text(inputs.detectorNamespace),
  };
}

/** The resource's id, from the arguments that identify it. */
export function formatId({ namespace, name }: DeploymentRef): string {
  return `${namespace}/${name}`;
}

/** Parses an import's id. */
export function parseImportId(id: string): Inputs {
  const [namespace, name, detectorNamespace = DEFAULT_DETECTOR_NAMESPACE, ...more] = id.split("/");
  const parts = [namespace, name, detectorNamespace];
  if (more.length > 0 || !parts.every((part) => part && dnsLabelProblem(part) === undefined)) {
    throw new Error(
      `"${id}" is not a valid deployment id: use namespace/name, such as ` +
        "seldon/my-deployment, or namespace/name/detectorNamespace",
    );
  }
  return { namespace: namespace ?? "", name: name ?? "", detectorNamespace };
}
