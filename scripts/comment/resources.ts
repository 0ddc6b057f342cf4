/** Describes resources with the names that readers know. */
import { parsePath } from "../../providers/kit/property-path";
import { UNKNOWN_ON_THE_WIRE } from "../../providers/kit/values";
import { valueAt } from "../preview/changed-resources";
import {
  changingSteps,
  type Preview,
  type PreviewStep,
  resourceName,
  resourceType,
} from "../preview/preview-json";

/** The kind and name of a resource in its system, such as `Repo finbert-data`. */
export function describeResource({ urn, oldState, newState }: PreviewStep): string {
  const inputs = (newState ?? oldState)?.inputs ?? {};
  const type = resourceType(urn).split(":").at(-1) ?? "";
  // the resource deletes the SeldonDeployment that a pipeline made
  const kind = type === "DeploymentCleanup" ? "SeldonDeployment" : type;
  const name = [["spec", "pipeline", "name"], ["metadata", "name"], ["name"]]
    .map((path) => valueAt(inputs, path))
    .find((value): value is string => typeof value === "string" && value !== UNKNOWN_ON_THE_WIRE);
  return `${kind} ${name ?? resourceName(urn)}`;
}

/** A key of a Secret whose value changes, and how many pipelines restart to read it. */
export interface RotatedSecret {
  readonly key: string;
  readonly restarts: number;
}

/** The keys of Secrets whose values change. */
export function rotatedSecrets(preview: Preview): RotatedSecret[] {
  const changing = changingSteps(preview).map(({ op, urn, detailedDiff }) => ({
    op,
    type: resourceType(urn),
    paths: Object.keys(detailedDiff ?? {}).map(parsePath),
  }));
  const keys = changing
    .filter(({ op, type }) => op === "update" && type === "kubernetes:core/v1:Secret")
    .flatMap(({ paths }) => paths.filter(([data]) => data === "data"))
    .map(([, key]) => String(key));
  return [...new Set(keys)].map((key) => ({
    key,
    restarts: changing.filter(({ paths }) =>
      paths.some(([field, name]) => field === "restartTriggers" && name === key),
    ).length,
  }));
}
