import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_DETECTOR_NAMESPACE as DETECTOR_NAMESPACE } from "../../../providers/seldon/rules";
import type { KubernetesApi } from "../../cluster/api";
import { customResourceDefinitions } from "./definitions";

/** The time limit for the server to serve new kinds. */
const TIMEOUT_MS = 30_000;

interface CustomResourceDefinition {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/**
 * Creates the parts of a Seldon and Knative installation that stacks depend on: the custom resource
 * definitions, and the detectors' namespace with the label that gives it a Knative broker. Safe to
 * repeat.
 */
export async function installSeldon(api: KubernetesApi): Promise<void> {
  const options = { fieldManager: "sandbox", force: true };
  await api.apply(
    `/api/v1/namespaces/${DETECTOR_NAMESPACE}`,
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: DETECTOR_NAMESPACE,
        labels: { "knative-eventing-injection": "enabled" },
      },
    },
    options,
  );
  await Promise.all(
    customResourceDefinitions.map(async (definition) => {
      const { name } = definition.metadata as { name: string };
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
      await api.apply(path, definition, options);
      await untilEstablished(api, path);
    }),
  );
}

async function untilEstablished(api: KubernetesApi, path: string): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const { status } = (await api.get(path)) as CustomResourceDefinition;
    if (status?.conditions?.some((it) => it.type === "Established" && it.status === "True")) return;
    if (Date.now() > deadline) throw new Error(`${path} is not established after 30 s`);
    await sleep(100);
  }
}
