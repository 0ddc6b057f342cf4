/** The output of the command when it is done. */

import { listed } from "../../providers/kit/listed";
import { countOf } from "../../providers/pachyderm/client";
import { DEFAULT_PROJECT } from "../../providers/pachyderm/rules";
import type { Built } from "./definition/build-definition";
import type { Adoption } from "./prepare-adoption";
import type { Judgement } from "./proof/judge-preview";
import { formatRef } from "./server";

/** Lines that say what was written, how it was verified, and what to do next. */
export function describe(adoption: Adoption, judgement: Judgement | undefined): string[] {
  const { useCase, stack } = adoption;
  return [
    `use-cases/${useCase}/index.ts:`,
    ...pipelines(adoption),
    ...repos(adoption),
    ...(stack === undefined ? onAnyStack(adoption) : onStack(adoption, stack.stack, judgement)),
  ];
}

function pipelines({ built, stack, running }: Adoption): string[] {
  return built.members.map(({ spec, part }) => {
    const isNew = stack !== undefined && !running.has(formatRef(spec));
    return `  ${part}: pipeline ${formatRef(spec)}${isNew ? " (to be created)" : ""}`;
  });
}

function repos({ built, stack }: Adoption): string[] {
  return allRepos(built).map(([repo, { existing }]) => {
    if (!existing) return `  repo ${repo}: belongs to the stack`;
    const owner = stack?.repos.get(repo);
    return owner === undefined
      ? `  repo ${repo}: existing; the stack does not change or delete it`
      : `  repo ${repo}: belongs to use case ${owner} of the stack`;
  });
}

function allRepos({ definition: { data, repos: further = {} } }: Built) {
  return [...(data ? [[data.repo, data] as const] : []), ...Object.entries(further)];
}

/** The existing repos that no pipeline of the use case creates. */
function existingRepos(built: Built): string[] {
  const made = built.members.map(({ spec }) => spec.name);
  return allRepos(built)
    .filter(([repo, { existing }]) => existing && !made.includes(repo))
    .map(([repo]) => repo);
}

function onAnyStack({ useCase, built, additions }: Adoption): string[] {
  const needs = [
    ...(additions.project === DEFAULT_PROJECT ? [] : [`pachyderm.project ${additions.project}`]),
    ...(built.detectBucketUri === undefined ? [] : [`the detectorBucket ${built.detectBucketUri}`]),
  ];
  return [
    "verified: the program renders identical pipelines",
    ...(needs.length > 0 ? [`requires a stack with ${needs.join(" and ")}`] : []),
    `next: add \`${useCase}: {}\` to useCases in the file of a stack`,
    ...missingRepos(useCase, existingRepos(built)),
  ];
}

/** The repos that must exist before an update, if it is not known whether they do. */
function missingRepos(useCase: string, repos: readonly string[]): string[] {
  if (repos.length === 0) return [];
  const [which, all] = repos.length === 1 ? ["the repo", "it"] : ["the repos", "them"];
  return [
    `${which} ${repos.join(", ")} must exist before its first update; to let the stack create ${all}, remove \`existing: true\` in use-cases/${useCase}/index.ts (--own-repos leaves it out)`,
  ];
}

function onStack(
  { useCase, running }: Adoption,
  stack: string,
  judgement: Judgement | undefined,
): string[] {
  const isTaken = running.size > 0;
  const selects = `Pulumi.${stack}.yaml: selects ${useCase}${isTaken ? " and sets adopt" : ""}`;
  if (judgement === undefined) {
    return [
      selects,
      "verified: the program renders identical pipelines; none is running yet",
      `next: pulumi up --stack ${stack}`,
    ];
  }
  const { imports, creates, importedPipelines } = judgement;
  const created = creates.length > 0 ? `, ${countOf(creates.length, "create")}` : "";
  const hasRepos = imports.length > importedPipelines.length || creates.length > 0;
  const whose = hasRepos ? "these pipelines and repos" : "these pipelines";
  return [
    selects,
    `verified: a preview shows ${countOf(imports.length, "import")}${created}, 0 changes and 0 restarts of ${whose}`,
    ...otherSteps(judgement),
    "next:",
    `  pulumi up --stack ${stack}`,
    `  pulumi config rm adopt --stack ${stack}`,
    `  pulumi up --stack ${stack}`,
  ];
}

/** The maximum number of names that are listed for an operation. */
const MOST = 5;

/** What else the next update does, because the stack consists of more than the use case. */
function otherSteps({ others }: Judgement): string[] {
  if (others.size === 0) return [];
  const parts = [...others].map(([operation, names]) => {
    return `${countOf(names.length, operation)} (${listed(names, MOST)})`;
  });
  return [`this update also: ${parts.join(", ")}`];
}
