import type { KubernetesApi } from "../../cluster/api";
import { type DeployedModel, deploymentObjects } from "./deployment-objects";

/** The field manager of the objects that deploy.py creates. */
const WRITER = { fieldManager: "seldon-deploy", force: true };

/**
 * Deploys a model as deploy.py would, with the states that Seldon and Knative would set: neither
 * runs in the sandbox. The namespaces must exist.
 */
export async function deployModel(api: KubernetesApi, model: DeployedModel): Promise<void> {
  for (const { path, object } of deploymentObjects(model)) {
    const { status, ...wanted } = object;
    await api.apply(path, wanted, WRITER);
    if (status === undefined) continue;
    const { apiVersion, kind, metadata } = object;
    const reported = { apiVersion, kind, metadata: { name: metadata.name }, status };
    await api.apply(`${path}/status`, reported as typeof wanted, WRITER);
  }
}
