import { join } from "node:path";
import { bundleProgram } from "../../providers/kit/bundle";
import type { Toolchain } from "../../toolchain";
import { defineCluster } from "../cluster";
import { contextName } from "../cluster/credentials";
import type { Connections } from "../engine/stack-file";
import type { SandboxPaths } from "../paths";
import { readExternalCluster } from "./connections";
import { freePort } from "./ports";
import type { ServiceDefinition } from "./service";

/** How long the stand-in for Pachyderm takes; its own defaults are close to a small cluster's. */
export interface PachydermDelays {
  /** The time until a pipeline runs or has stopped, in milliseconds. */
  readonly pipelineMs: number;
  /** How long a job runs, in milliseconds. */
  readonly jobMs: number;
}

export interface LayoutOptions {
  readonly paths: SandboxPaths;
  readonly toolchain: Toolchain;
  /**
   * The ports of the last start: addresses stay the same if possible, because the state contains
   * them.
   */
  readonly earlierPorts: Readonly<Record<string, number>>;
  /** The address of a real Pachyderm to use instead of the stand-in. */
  readonly pachyderm?: string;
  /** The namespace in which Pachyderm looks for Secrets. */
  readonly namespace: string;
  /** The kubeconfig of a real cluster to use instead of the sandbox's own. */
  readonly kubeconfig?: string;
  readonly delays?: PachydermDelays;
}

/** The parts of a sandbox and their addresses. */
export interface Layout {
  /** The services to run, in start order. */
  readonly services: readonly ServiceDefinition[];
  /** Real systems that replace services. */
  readonly external: readonly { readonly name: string; readonly address: string }[];
  readonly ports: Readonly<Record<string, number>>;
  readonly addresses: { kubernetes: string; pachyderm: string; gcs: string };
  readonly connections: Connections;
}

/** Determines ports, addresses and command lines; does not start anything. */
export async function layOut(options: LayoutOptions): Promise<Layout> {
  const ports: Record<string, number> = {};
  const take = async (name: string) => {
    const port = await freePort(options.earlierPorts[name]);
    ports[name] = port;
    return port;
  };
  const kubernetes = await layOutKubernetes(options, take);
  const pachyderm = await layOutPachyderm(options, kubernetes.kubeconfig, take);
  const gcsPort = await take("gcs");
  const gcs = `http://127.0.0.1:${gcsPort}`;
  const gcsService = standIn("gcs", options.paths.builds, gcs, [
    "--port",
    `${gcsPort}`,
    "--data",
    options.paths.gcs,
  ]);
  return {
    services: [...kubernetes.services, ...pachyderm.services, gcsService],
    external: [...kubernetes.external, ...pachyderm.external],
    ports,
    addresses: { kubernetes: kubernetes.address, pachyderm: pachyderm.address, gcs },
    connections: {
      pachyderm: { address: pachyderm.address, namespace: options.namespace },
      kubernetes: { kubeconfig: kubernetes.kubeconfig, context: kubernetes.context },
      storageEndpoint: `${gcs}/storage/v1/`,
    },
  };
}

type TakePort = (name: string) => Promise<number>;

async function layOutKubernetes({ paths, toolchain, kubeconfig }: LayoutOptions, take: TakePort) {
  if (kubeconfig !== undefined) {
    const cluster = readExternalCluster(kubeconfig);
    const external = [{ name: "kubernetes", address: cluster.address }];
    return { ...cluster, services: [], external };
  }
  const cluster = defineCluster({
    folder: paths.cluster,
    etcdPort: await take("etcd"),
    apiPort: await take("kube-apiserver"),
    executables: toolchain,
  });
  return { ...cluster, context: contextName, external: [] };
}

async function layOutPachyderm(options: LayoutOptions, kubeconfig: string, take: TakePort) {
  if (options.pachyderm !== undefined) {
    const address = options.pachyderm;
    return { address, services: [], external: [{ name: "pachyderm", address }] };
  }
  const port = await take("pachyderm");
  const address = `127.0.0.1:${port}`;
  const data = ["--port", `${port}`, "--data", options.paths.pachyderm];
  const secrets = ["--kubeconfig", kubeconfig, "--namespace", options.namespace];
  const { pipelineMs, jobMs } = options.delays ?? {};
  const delays = [
    ...(pipelineMs === undefined ? [] : ["--pipeline-ms", `${pipelineMs}`]),
    ...(jobMs === undefined ? [] : ["--job-ms", `${jobMs}`]),
  ];
  return {
    address,
    services: [
      standIn("pachyderm", options.paths.builds, address, [...data, ...secrets, ...delays]),
    ],
    external: [],
  };
}

/** A stand-in: the program in the folder of its name, bundled. */
function standIn(
  name: string,
  folder: string,
  address: string,
  args: readonly string[],
): ServiceDefinition {
  const program = join(folder, `${name}.js`);
  return {
    name,
    address,
    build: () => bundleProgram(join(__dirname, "../stand-ins", name, "main.ts"), program),
    command: process.execPath,
    arguments: [program, ...args],
    announcement: `${name} listening on `,
  };
}
