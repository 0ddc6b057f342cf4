import { get } from "node:https";
import { join } from "node:path";
import type { ServiceDefinition } from "../runtime/service";
import {
  type ClusterFiles,
  prepareFiles,
  readCertificate,
  readToken,
  writeKubeconfig,
} from "./credentials";

export interface ClusterOptions {
  /** The folder for keys, kubeconfig and etcd's data. */
  readonly folder: string;
  readonly etcdPort: number;
  readonly apiPort: number;
  readonly executables: { readonly etcd: string; readonly kubernetes: string };
}

export interface Cluster {
  readonly kubeconfig: string;
  readonly address: string;
  /** etcd, the API server and the controllers, in start order. */
  readonly services: readonly ServiceDefinition[];
}

/**
 * A Kubernetes control plane without nodes: objects can be stored, watched and deleted, but nothing
 * runs. Only the controllers that finish deletions run; without them, a deleted namespace would
 * stay "Terminating" forever.
 */
export function defineCluster({ folder, etcdPort, apiPort, executables }: ClusterOptions): Cluster {
  const files = prepareFiles(folder);
  const etcd = `http://127.0.0.1:${etcdPort}`;
  const address = `https://127.0.0.1:${apiPort}`;
  return {
    kubeconfig: files.kubeconfig,
    address,
    services: [
      {
        name: "etcd",
        address: etcd,
        command: join(executables.etcd, "etcd"),
        arguments: etcdArguments(files, etcd),
      },
      {
        name: "kube-apiserver",
        address,
        command: join(executables.kubernetes, "kube-apiserver"),
        arguments: apiServerArguments(files, etcd, apiPort),
        isReady: () => apiServerIsReady(files, address),
      },
      {
        name: "kube-controller-manager",
        command: join(executables.kubernetes, "kube-controller-manager"),
        arguments: [
          `--kubeconfig=${files.kubeconfig}`,
          "--controllers=namespace-controller,garbage-collector-controller",
          "--leader-elect=false",
          "--secure-port=0",
        ],
      },
    ],
  };
}

function etcdArguments(files: ClusterFiles, clients: string): string[] {
  // There are no peers; port 0 means any free port.
  const peers = "http://127.0.0.1:0";
  return [
    `--data-dir=${files.etcdData}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    "--log-level=warn",
    // Data still survives a killed process, but not a crash of the machine.
    "--unsafe-no-fsync",
  ];
}

function apiServerArguments(files: ClusterFiles, etcd: string, port: number): string[] {
  return [
    `--etcd-servers=${etcd}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    // Otherwise, a machine without a default route has no address to advertise.
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    `--cert-dir=${files.certificates}`,
    "--authorization-mode=RBAC",
    `--token-auth-file=${files.tokens}`,
    // the secrets are fake, unless the user tries the stack with real ones
    `--encryption-provider-config=${files.encryption}`,
    `--service-account-issuer=https://127.0.0.1:${port}`,
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    // Nothing here needs a service account token.
    "--disable-admission-plugins=ServiceAccount",
    "--service-cluster-ip-range=10.0.0.0/24",
    // The caches of objects cost as much as all requests to a cluster with a handful of clients.
    "--watch-cache=false",
  ];
}

/** Checks whether the API server is ready, and writes the kubeconfig once it is. */
async function apiServerIsReady(files: ClusterFiles, address: string): Promise<boolean> {
  const ca = readCertificate(files);
  if (ca === undefined) return false;
  const status = await getStatus(`${address}/readyz`, ca, readToken(files));
  if (status === 200) writeKubeconfig(files, address, ca);
  return status === 200;
}

function getStatus(url: string, ca: string, token: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = get(url, { ca, headers, agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(undefined)); // not listening yet
  });
}
