import {
  deploymentKeys,
  NAMESPACE_KEY,
  trainingKeys,
} from "../components/pipeline-secret/credentials";
import { registeredUseCases } from "./registry";

/**
 * The credentials that the use cases' pipelines read and the configuration must provide, in the
 * order of their first use. Unknown use cases are ignored.
 */
export function requiredCredentials(names: readonly string[]): string[] {
  const all = registeredUseCases();
  const known = names.flatMap((name) => (Object.hasOwn(all, name) ? (all[name] ?? []) : []));
  const keys = known.flatMap(({ training, deployment, pipelines = {} }) => [
    ...(training ? (training.secretKeys ?? trainingKeys) : []),
    ...(deployment ? (deployment.secretKeys ?? deploymentKeys) : []),
    ...Object.values(pipelines).flatMap(({ secretKeys = [] }) => secretKeys),
  ]);
  return [...new Set(keys)].filter((key) => key !== NAMESPACE_KEY);
}
