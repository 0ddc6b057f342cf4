import { KubernetesApi } from "../../../cluster/api";
import { readKubeconfig } from "../../../cluster/kubeconfig";
import type { Settings } from "./settings";

/** The configured cluster, or why it cannot be reached. */
export interface Cluster {
  readonly settings: Settings;
  /** The namespace of objects that do not set one. */
  readonly defaultNamespace: string;
  /** Undefined if it cannot be reached. */
  readonly api: KubernetesApi | undefined;
  /** Why it cannot be reached, as worded by the official plugin. */
  readonly unreachable: string;
}

/**
 * Never fails: operations that do not need a cluster, such as the preview of a new object, continue
 * without it.
 */
export async function connect(settings: Settings): Promise<Cluster> {
  const cluster = { settings, defaultNamespace: settings.namespace ?? "default" };
  let access: ReturnType<typeof readKubeconfig>;
  try {
    access = readKubeconfig(settings.kubeconfig, settings.context);
  } catch (error) {
    const reason = (error as Error).message;
    return {
      ...cluster,
      api: undefined,
      unreachable: `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${reason}`,
    };
  }
  const api = new KubernetesApi(access);
  const defaultNamespace = settings.namespace ?? access.namespace ?? "default";
  try {
    await api.get("/api");
    return { settings, defaultNamespace, api, unreachable: "" };
  } catch (error) {
    const reason = (error as Error).message;
    return {
      settings,
      defaultNamespace,
      api: undefined,
      unreachable: `unable to load schema information from the API server: ${reason}`,
    };
  }
}
