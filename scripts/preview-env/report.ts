import { type Block, isBlock, plainName } from "../../config/stack-file";
import { markerOf } from "../github/marker";
import { code, rowOf } from "../markdown/escape";
import { DAYS, type Source, type Training } from "./environment-config";

/** An environment that is up. */
export interface PreviewEnvironmentReport {
  /** The stack that it is for, and its own. */
  readonly base: string;
  readonly stack: string;
  readonly number: number;
  readonly owner: string;
  /** The day after which a sweep may destroy it. */
  readonly expires: string;
  readonly trainings: Readonly<Record<string, Training>>;
  /** Why nothing is deferred although --train was not given. */
  readonly remark?: string | undefined;
  readonly outputs: Block;
}

const MODELS: Readonly<Record<Source, (repo: string, base: string) => string>> = {
  defer: (_, base) =>
    `the current models of ${code(base)}: the training pipeline does not change, so nothing is trained`,
  branch: (repo) =>
    `one training on the current data of ${code(repo)}; later commits do not start a training here`,
  environment: (repo) => `training on ${code(repo)} of this environment`,
  own: (_, base) =>
    `training on the environment's own data repo, which is empty at first, because ${code(base)} has none yet`,
};

/** The contents of the environment and how to use it, as a comment for the pull request. */
export function renderEnvironment(report: PreviewEnvironmentReport): string {
  const { base, stack, number, owner, expires, trainings, remark, outputs } = report;
  const rows = Object.entries(trainings).map(([name, { source, repo }]) =>
    rowOf([code(name), MODELS[source](repo, base), code(statusOf(outputs, name))]),
  );
  const commands = Object.entries(outputs).filter(
    ([key, value]) => /^(train|upload)\b/.test(key) && typeof value === "string",
  );
  return [
    `${environmentMarker(base)}\n### Environment ${code(stack)} is up until ${expires}`,
    ["| use case | models | status |", "|--|--|--|", ...rows].join("\n"),
    ...(remark === undefined ? [] : [remark]),
    [
      `- All names have the prefix ${code(`pr-${number}-`)}; models are served in the namespace ${code(String(outputs.seldonNamespace))}.`,
      ...commands.map(([key, command]) => `- ${code(key)}: ${code(String(command))}`),
      `- All outputs: ${code(`pulumi stack output --stack ${stack}`)}`,
    ].join("\n"),
    `Its owner is ${code(owner)}. Each update sets the expiry to ${DAYS} days later; after ${expires}, a sweep may destroy it. It is also destroyed when the pull request is closed or loses the label. To update it from your machine, run ${code(commandFor(report))}; to destroy it, add ${code("--destroy")}.`,
  ]
    .map((part) => `${part}\n`)
    .join("\n");
}

/** Says that the environment was destroyed, or why it could not be changed. */
export function renderEnd(base: string, stack: string, what: string): string {
  return `${environmentMarker(base)}\n### Environment ${code(stack)} ${what}\n`;
}

/** Says that an update failed; parts of the environment may exist. */
export function renderFailure({
  base,
  stack,
  owner,
  expires,
}: Pick<PreviewEnvironmentReport, "base" | "stack" | "owner" | "expires">): string {
  const end = renderEnd(base, stack, "could not be updated: see the log of the workflow");
  return `${end}\nAnything that was created belongs to ${code(owner)} and expires on ${expires}. It is destroyed when the pull request is closed or loses the label.\n`;
}

/** The comment about an environment that is still up, but no longer needed. */
export function withEnd(comment: string, reason: string): string {
  return comment.replace(/ is up until .*$/m, ` is not destroyed yet: ${reason}`);
}

/** The first line of the comment, regardless of how the base is written. */
export const environmentMarker = (base: string) => markerOf("environment", plainName(base));

const commandFor = ({ base, number }: PreviewEnvironmentReport) =>
  `npm run preview-env -- --stack ${base} --pull-request ${number}`;

function statusOf({ useCases }: Block, name: string): string {
  return isBlock(useCases) && typeof useCases[name] === "string" ? useCases[name] : "unknown";
}
