/** Reads the systems and the backend. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "../../command-line/repository";
import { isBlock, readStackFile, stackKey } from "../../config/stack-file";
import { backendIdentity, currentBackend } from "../../program/backend";
import { repositoryFromEnvironment } from "../github/variables";
import { type ClusterIds, clusterProblem } from "./clusters";
import { type Backend, decide } from "./decide";
import { expiredStacks } from "./expired";
import { askGithub, findEnded, type WhyEnded } from "./pull-requests";
import { Pulumi } from "./pulumi";
import { Recheck } from "./recheck";
import type { Findings } from "./report";
import { findStack, formatStack, homeOf, type LiveStack, type StackName } from "./stacks";
import { StackStates } from "./states";
import { Systems } from "./systems";

export interface Looked {
  readonly findings: Findings;
  readonly systems: Systems;
  readonly pulumi: Pulumi;
  readonly recheck: Recheck;
}

/**
 * Finds what is left behind. The owners are read after the objects, so that no object looks left
 * behind because its stack was created in between.
 *
 * @throws Error if the backend cannot be read, or the systems are not those of the stack: it is
 * then not known what a stack owns.
 */
export async function lookAround(wanted: string, environment: NodeJS.ProcessEnv): Promise<Looked> {
  const backend = currentBackend({ environment, project: repository });
  const project = projectName();
  const pulumi = new Pulumi(backend, environment);
  const own = findStack(wanted, await pulumi.listStacks(), project);
  const name = formatStack(own);
  const systems = new Systems(name, await pulumi.readConfiguration(name), environment);
  try {
    const { clusters, things, problems } = await systems.look();
    const states = new StackStates(pulumi);
    const stacks = await states.read();
    requireClusters(own, stacks, clusters);
    const backendOf = (all: readonly LiveStack[]): Backend => ({
      home: homeOf(own, backendIdentity(backend)),
      stacks: all.filter((stack) => isSibling(stack, own)).map(({ stack }) => stack),
      owners: ownersIn(all),
    });
    const expiry = { project, own, today: new Date().toISOString().slice(0, 10), expiryInFile };
    const whyEnded = whyEndedIn(pulumi, environment);
    const past = new Set(expiredStacks(stacks, { ...expiry, clusters }).map(formatStack));
    const { reasons: ended, unknown } = await findEnded(
      stacks.filter((stack) => stack.project === project && !past.has(formatStack(stack))),
      whyEnded,
    );
    const expired = expiredStacks(stacks, { ...expiry, clusters, ended });
    const findings = { expired, ...decide(things, backendOf(stacks)), problems, unknown };
    const recheck = new Recheck({
      ...{ things, states, reader: pulumi, systems, backendOf, expiry },
      whyEnded,
    });
    return { findings, systems, pulumi, recheck };
  } catch (error) {
    systems.close();
    throw error;
  }
}

/** Asks GitHub if the environment variables name a repository and a token, as in a workflow. */
function whyEndedIn(pulumi: Pulumi, environment: NodeJS.ProcessEnv): WhyEnded {
  const { GITHUB_TOKEN, GITHUB_REPOSITORY } = environment;
  if (!GITHUB_TOKEN || !GITHUB_REPOSITORY) return async () => undefined;
  return askGithub(pulumi, repositoryFromEnvironment(environment));
}

/** @throws Error unless the clusters are those of the stack whose configuration connects to them */
function requireClusters(own: StackName, stacks: readonly LiveStack[], found: ClusterIds): void {
  const name = formatStack(own);
  const record = stacks.find((stack) => formatStack(stack) === name);
  if (record === undefined) throw new Error(`stack ${name} was removed in the meantime`);
  const problem = clusterProblem(name, record, found);
  if (problem !== undefined) throw new Error(problem);
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
