import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const kubeconfig = z.object({
  "current-context": z.string().min(1),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string() }) })),
  clusters: z.array(z.object({ name: z.string(), cluster: z.object({ server: z.string() }) })),
});

/** A cluster that the sandbox uses but does not run. */
export interface ExternalCluster {
  readonly kubeconfig: string;
  readonly context: string;
  /** Its API server, without the path that gateways add. */
  readonly address: string;
}

/** Reads what the sandbox must know about the cluster of `--kubeconfig FILE`. */
export function readExternalCluster(file: string): ExternalCluster {
  const path = resolve(file);
  const fail = (problem: string) => new Error(`--kubeconfig: ${path} ${problem}`);
  if (!existsSync(path)) throw fail("does not exist");
  const parsed = kubeconfig.safeParse(parse(readFileSync(path, "utf8")));
  if (!parsed.success) throw fail("is not a kubeconfig with a current context");
  const { contexts, clusters, "current-context": context } = parsed.data;
  const name = contexts.find((entry) => entry.name === context)?.context.cluster;
  const address = clusters.find((entry) => entry.name === name)?.cluster.server;
  if (address === undefined)
    throw fail(`does not have the cluster of its current context "${context}"`);
  return { kubeconfig: path, context, address: address.replace(/^(\w+:\/\/)?([^/]*).*$/, "$1$2") };
}
