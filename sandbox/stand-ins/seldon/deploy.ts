import type { KubernetesApi } from "../../cluster/api";
import { type DeployedModel, deploymentObjects } from "./deployment-objects";

/** Who is recorded as the owner of what deploy.py makes. */
const WRITER = { fieldManager: "seldon-deploy", force: true };

/**
 * Deploys a model as a run of deploy.py would, with the states that Seldon and Knative would come
 * to: neither runs in the sandbox. The namespaces must be there.
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
