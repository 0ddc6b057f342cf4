/** Reads the systems and the backend. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isBlock, readStackFile, stackKey } from "../../config/stack-file";
import { backendIdentity, currentBackend } from "../../program/backend";
import { repository } from "../../sandbox/paths";
import { accessTokens, BucketSystem } from "./buckets";
import { type ConnectionSettings, clusterProblem, readConnection } from "./connection";
import { decide } from "./decide";
import { expiredStacks } from "./expired";
import { KubernetesSystem } from "./kubernetes";
import { PachydermSystem } from "./pachyderm";
import { Pulumi } from "./pulumi";
import type { Findings } from "./report";
import { findStack, formatStack, homeOf, type LiveStack } from "./stacks";
import type { Thing } from "./things";

export interface Looked {
  readonly findings: Findings;
  readonly systems: Systems;
  readonly pulumi: Pulumi;
}

/**
 * Finds what is left behind. What belongs to whom is read after what there is, so that nothing looks
 * left behind because its stack was created in between.
 *
 * @throws Error if any of it cannot be read: what a stack owns is then not known.
 */
export async function lookAround(wanted: string, environment: NodeJS.ProcessEnv): Promise<Looked> {
  const backend = currentBackend({ environment, project: repository });
  const project = projectName();
  const pulumi = new Pulumi(backend, environment);
  const own = findStack(wanted, await pulumi.listStacks(), project);
  const name = formatStack(own);
  const settings = readConnection(await pulumi.readConfiguration(name));
  const systems = new Systems(settings, environment);
  try {
    const clusters = await systems.clusterIds();
    const things = await systems.list();
    const stacks = await pulumi.readStacks(await pulumi.listStacks());
    const record = stacks.find((stack) => formatStack(stack) === name);
    if (record === undefined) throw new Error(`stack ${name} was removed in the meantime`);
    const problem = clusterProblem(name, record, clusters);
    if (problem !== undefined) throw new Error(problem);
    const decision = decide(things, {
      home: homeOf(own, backendIdentity(backend)),
      stacks: stacks.filter((stack) => isSibling(stack, own)).map(({ stack }) => stack),
      owners: ownersIn(stacks),
    });
    const today = new Date().toISOString().slice(0, 10);
    const expired = expiredStacks(stacks, { project, own, today, expiryInFile });
    return { findings: { expired, ...decision }, systems, pulumi };
  } catch (error) {
    systems.close();
    throw error;
  }
}

/** The systems that environments are in. */
export class Systems {
  readonly #pachyderm: PachydermSystem;
  readonly #kubernetes: KubernetesSystem;
  readonly #buckets: BucketSystem;

  constructor(settings: ConnectionSettings, environment: NodeJS.ProcessEnv) {
    const { pachyderm, kubernetes, detectorNamespace, gcp } = settings;
    this.#pachyderm = new PachydermSystem(pachyderm.address, pachyderm.namespace, environment);
    this.#kubernetes = new KubernetesSystem(kubernetes, detectorNamespace);
    const tokens = accessTokens(gcp.accessToken, environment);
    this.#buckets = new BucketSystem(gcp.project, tokens, gcp.endpoint);
  }

  async clusterIds() {
    const [pachyderm, kubernetes] = await Promise.all([
      this.#pachyderm.clusterId(),
      this.#kubernetes.clusterId(),
    ]);
    return { pachyderm, kubernetes };
  }

  async list(): Promise<Thing[]> {
    const all = [this.#pachyderm, this.#kubernetes, this.#buckets].map((system) => system.list());
    return (await Promise.all(all)).flat();
  }

  /** Deletes a thing; succeeds if it does not exist. */
  readonly delete = (thing: Thing): Promise<void> => {
    switch (thing.kind) {
      case "pipeline":
      case "branch":
      case "repo":
        return this.#pachyderm.delete(thing);
      case "bucket":
        return this.#buckets.delete(thing);
      default:
        return this.#kubernetes.delete(thing);
    }
  };

  close(): void {
    this.#pachyderm.close();
  }
}

function isSibling(stack: LiveStack, own: { organization: string; project: string }): boolean {
  return stack.organization === own.organization && stack.project === own.project;
}

function ownersIn(stacks: readonly LiveStack[]): Map<string, string> {
  return new Map(
    stacks.flatMap((stack) => [...stack.owned].map((key) => [key, formatStack(stack)] as const)),
  );
}

function projectName(): string {
  const project: unknown = parse(readFileSync(join(repository, "Pulumi.yaml"), "utf8"));
  return isBlock(project) ? String(project.name) : "";
}

function expiryInFile(stack: string): string | undefined {
  const environment = readStackFile(stack, repository)?.[stackKey("environment")];
  const day = isBlock(environment) ? environment.expires : undefined;
  return typeof day === "string" ? day.slice(0, "2026-12-31".length) : undefined;
}
