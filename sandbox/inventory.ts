import { Client, parseAddress } from "../providers/pachyderm/client";
import { DEFAULT_DETECTOR_NAMESPACE } from "../providers/seldon/rules";
import { KubernetesApi } from "./cluster/api";
import type { Sandbox } from "./sandbox";

/** The contents of a sandbox's systems, read from their APIs. */
export interface Inventory {
  readonly pipelines: readonly {
    readonly name: string;
    readonly version: number;
    readonly state: string;
    readonly userSpec: unknown;
  }[];
  readonly repos: readonly string[];
  /** Secrets with their keys; their values are not read. */
  readonly secrets: readonly { readonly name: string; readonly keys: readonly string[] }[];
  readonly namespaces: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
  /** What deploy.py has deployed, with Seldon's state. */
  readonly deployments: readonly { readonly name: string; readonly state: string }[];
  /** The drift and outlier detectors: Knative services and triggers. */
  readonly detectors: readonly string[];
  readonly buckets: readonly Bucket[];
}

/** A bucket: https://docs.cloud.google.com/storage/docs/json_api/v1/buckets */
export interface Bucket {
  readonly name: string;
  readonly location: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly iamConfiguration?: {
    readonly publicAccessPrevention?: string;
    readonly uniformBucketLevelAccess?: { readonly enabled: boolean };
  };
  readonly versioning?: { readonly enabled: boolean };
  readonly softDeletePolicy?: { readonly retentionDurationSeconds: string };
}

/** The fields of an object that are read. */
interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly status?: { readonly state?: string };
}

/** Namespaces that every cluster with Seldon has. */
const SYSTEM_NAMESPACES = [
  "default",
  "kube-node-lease",
  "kube-public",
  "kube-system",
  DEFAULT_DETECTOR_NAMESPACE,
];

/** Reads the contents of the sandbox's Pachyderm, cluster and bucket service. */
export async function takeInventory(sandbox: Sandbox): Promise<Inventory> {
  const [pachyderm, kubernetes, buckets] = await Promise.all([
    lookAtPachyderm(sandbox.addresses.pachyderm, sandbox.env.PACHYDERM_TOKEN),
    lookAtKubernetes(sandbox.kubeconfig),
    lookAtBuckets(sandbox.addresses.gcs),
  ]);
  return { ...pachyderm, ...kubernetes, buckets };
}

/** Whether the systems contain only what they started with. */
export function isEmpty(inventory: Inventory): boolean {
  return Object.values(inventory).every((things) => things.length === 0);
}

async function lookAtPachyderm(address: string, token: string | undefined) {
  const client = new Client({ address: parseAddress(address), token });
  try {
    const [pipelines, repos] = await Promise.all([
      client.list<{
        pipeline: { name: string };
        version: string;
        state: string;
        userSpecJson: string;
      }>("pps_v2.API/ListPipeline", {}),
      client.list<{ repo: { name: string } }>("pfs_v2.API/ListRepo", { type: "user" }),
    ]);
    return {
      pipelines: pipelines.map(({ pipeline, version, state, userSpecJson }) => ({
        name: pipeline.name,
        version: Number(version),
        state,
        userSpec: JSON.parse(userSpecJson),
      })),
      repos: repos.map(({ repo }) => repo.name),
    };
  } finally {
    client.close();
  }
}

async function lookAtKubernetes(kubeconfig: string) {
  const api = KubernetesApi.fromKubeconfig(kubeconfig);
  const [secrets, namespaces, deployments, services, triggers] = await Promise.all([
    api.list<KubernetesObject>("/api/v1/secrets"),
    api.list<KubernetesObject>("/api/v1/namespaces"),
    listCustom(api, "/apis/machinelearning.seldon.io/v1/seldondeployments"),
    listCustom(api, "/apis/serving.knative.dev/v1/services"),
    listCustom(api, "/apis/eventing.knative.dev/v1/triggers"),
  ]);
  const placed = ({ metadata }: KubernetesObject) => `${metadata.namespace}/${metadata.name}`;
  return {
    secrets: secrets.map((secret) => ({
      name: placed(secret),
      keys: Object.keys(secret.data ?? {}).sort(),
    })),
    namespaces: namespaces
      .filter(({ metadata }) => !SYSTEM_NAMESPACES.includes(metadata.name))
      .map(({ metadata }) => ({ name: metadata.name, labels: metadata.labels ?? {} })),
    deployments: deployments.map((deployment) => ({
      name: placed(deployment),
      state: deployment.status?.state ?? "not reported yet",
    })),
    detectors: [
      ...services.map((service) => `Knative service ${placed(service)}`),
      ...triggers.map((trigger) => `Knative trigger ${placed(trigger)}`),
    ],
  };
}

/** Objects of a kind that a real cluster may lack. */
async function listCustom(api: KubernetesApi, path: string): Promise<KubernetesObject[]> {
  const found = await api.find(path);
  return (found?.items ?? []) as unknown as KubernetesObject[];
}

async function lookAtBuckets(address: string): Promise<Bucket[]> {
  const response = await fetch(`${address}/storage/v1/b?project=sandbox`, {
    headers: { authorization: "Bearer sandbox" },
  });
  if (!response.ok) throw new Error(`the bucket service responded ${response.status}`);
  return ((await response.json()) as { items?: Bucket[] }).items ?? [];
}
