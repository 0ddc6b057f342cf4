/** What the command says when it is done. */

import { listed } from "../../providers/kit/listed";
import { countOf } from "../../providers/pachyderm/client";
import { DEFAULT_PROJECT } from "../../providers/pachyderm/rules";
import type { Built } from "./definition/build-definition";
import type { Adoption } from "./prepare-adoption";
import type { Judgement } from "./proof/judge-preview";
import { formatRef } from "./server";

/** The lines about what was written, what proves it, and what comes next. */
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
    return `  ${part}: pipeline ${formatRef(spec)}${isNew ? ", which will be created" : ""}`;
  });
}

function repos({ built, stack }: Adoption): string[] {
  return allRepos(built).map(([repo, { existing }]) => {
    if (!existing) return `  repo ${repo}: belongs to the stack`;
    const owner = stack?.repos.get(repo);
    return owner === undefined
      ? `  repo ${repo}: outside of the stack, which does not change or delete it`
      : `  repo ${repo}: belongs to the stack's use case ${owner}`;
  });
}

function allRepos({ definition: { data, repos: further = {} } }: Built) {
  return [...(data ? [[data.repo, data] as const] : []), ...Object.entries(further)];
}

/** The repos outside of the stack that no pipeline of the use case makes. */
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
    ...(needs.length > 0 ? [`a stack that selects it needs ${needs.join(" and ")}`] : []),
    `next: add \`${useCase}: {}\` to the useCases of a stack`,
    ...missingRepos(useCase, existingRepos(built)),
  ];
}

/** What has to be there before an update, if nobody knows whether it is. */
function missingRepos(useCase: string, repos: readonly string[]): string[] {
  if (repos.length === 0) return [];
  const [which, all] = repos.length === 1 ? ["the repo", "it"] : ["the repos", "them"];
  return [
    `${which} ${repos.join(", ")} must exist before its first update; for the stack to create ${all}, remove \`existing: true\` in use-cases/${useCase}/index.ts, as --own-repos does`,
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
    `verified: a preview has ${countOf(imports.length, "import")}${created}, 0 changes, 0 restarts of ${whose}`,
    ...otherSteps(judgement),
    "next:",
    `  pulumi up --stack ${stack}`,
    `  pulumi config rm adopt --stack ${stack}`,
    `  pulumi up --stack ${stack}`,
  ];
}

/** The most names that are listed of one operation. */
const MOST = 5;

/** What else the update does that the next step runs: the use case is not all that the stack has. */
function otherSteps({ others }: Judgement): string[] {
  if (others.size === 0) return [];
  const parts = [...others].map(([operation, names]) => {
    return `${countOf(names.length, operation)} (${listed(names, MOST)})`;
  });
  return [`this update also: ${parts.join(", ")}`];
}
