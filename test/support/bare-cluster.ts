import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineCluster } from "../../sandbox/cluster";
import { freePort } from "../../sandbox/runtime/ports";
import { Supervisor } from "../../sandbox/runtime/supervisor";
import { obtainTool } from "../../toolchain";
import { tools } from "../../toolchain/tools";

/** A sandbox's cluster without the rest of the sandbox. */
export interface BareCluster {
  readonly kubeconfig: string;
  /** Stops and deletes it. */
  stop(): Promise<void>;
}

/** Starts one in a separate folder. Its processes end with the process that started it. */
export async function startBareCluster(): Promise<BareCluster> {
  const executables = {
    etcd: await obtainTool(tools.etcd),
    kubernetes: await obtainTool(tools.kubernetes),
  };
  const folder = mkdtempSync(join(tmpdir(), "cluster-"));
  const { kubeconfig, services } = defineCluster({
    folder: join(folder, "cluster"),
    etcdPort: await freePort(),
    apiPort: await freePort(),
    executables,
  });
  const supervisor = new Supervisor(join(folder, "logs"), {
    onChange: () => {},
    onLoss: (_, problem) => console.error(problem),
  });
  const stop = async () => {
    await supervisor.stopAll();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const service of services) await supervisor.start(service);
  } catch (error) {
    await stop();
    throw error;
  }
  return { kubeconfig, stop };
}
