/** What the command says when it is done. */
import type { Plan } from "./plan";
import type { Judgement } from "./proof/judge-preview";
import { formatRef } from "./server";

/** The lines about what was written, what proves it, and what comes next. */
export function describe(plan: Plan, judgement: Judgement | undefined): string[] {
  const { useCase, stack } = plan;
  return [
    `use-cases/${useCase}/index.ts:`,
    ...pipelines(plan),
    ...repos(plan),
    ...(stack === undefined ? onAnyStack(plan) : onStack(plan, stack.stack, judgement)),
  ];
}

function pipelines({ built, stack, running }: Plan): string[] {
  return built.members.map(({ spec, part }) => {
    const isNew = stack !== undefined && !running.has(formatRef(spec));
    return `  ${part}: pipeline ${formatRef(spec)}${isNew ? ", which will be created" : ""}`;
  });
}

function repos({ built: { definition } }: Plan): string[] {
  const { data, repos: further = {} } = definition;
  const all = [...(data ? [[data.repo, data] as const] : []), ...Object.entries(further)];
  return all.map(([repo, { existing }]) =>
    existing
      ? `  repo ${repo}: outside of the stack, which does not change or delete it`
      : `  repo ${repo}: belongs to the stack`,
  );
}

function onAnyStack({ useCase, built, platform }: Plan): string[] {
  const needs = [
    ...(platform.project === "default" ? [] : [`pachyderm.project ${platform.project}`]),
    ...(built.detectBucketUri === undefined ? [] : [`the detectorBucket ${built.detectBucketUri}`]),
  ];
  return [
    "proof: the program makes the same pipelines of it",
    ...(needs.length > 0 ? [`a stack that selects it needs ${needs.join(" and ")}`] : []),
    `next: add \`${useCase}: {}\` to the useCases of a stack`,
  ];
}

function onStack(
  { useCase, running }: Plan,
  stack: string,
  judgement: Judgement | undefined,
): string[] {
  const isTaken = running.size > 0;
  const selects = `Pulumi.${stack}.yaml: selects ${useCase}${isTaken ? " and sets adopt" : ""}`;
  if (judgement === undefined) {
    return [
      selects,
      "proof: the program makes the same pipelines of it; none of them runs yet",
      `next: pulumi up --stack ${stack}`,
    ];
  }
  const { imports, creates } = judgement;
  const created = creates.length > 0 ? `, ${count(creates.length, "create")}` : "";
  return [
    selects,
    `proof: a preview has ${count(imports.length, "import")}${created}, 0 changes, 0 restarts`,
    "next:",
    `  pulumi up --stack ${stack}`,
    `  pulumi config rm adopt --stack ${stack}`,
    `  pulumi up --stack ${stack}`,
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
