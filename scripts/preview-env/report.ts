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
  /** Why nothing is deferred although nobody asked for a training. */
  readonly remark?: string | undefined;
  readonly outputs: Block;
}

const MODELS: Readonly<Record<Source, (repo: string, base: string) => string>> = {
  defer: (_, base) =>
    `those of ${code(base)}, as they are now: its training pipeline does not change, so nothing is trained`,
  branch: (repo) =>
    `one training on ${code(repo)} as it is now; later commits there start no training here`,
  environment: (repo) => `training on ${code(repo)} of the environment`,
  own: (_, base) =>
    `training on a data repo of its own, which is empty at first: ${code(base)} has none yet`,
};

/** What the environment is and how to reach it, as a comment for the pull request. */
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
      `- Everything in it has the prefix ${code(`pr-${number}-`)}; models are served in the namespace ${code(String(outputs.seldonNamespace))}.`,
      ...commands.map(([key, command]) => `- ${code(key)}: ${code(String(command))}`),
      `- All outputs: ${code(`pulumi stack output --stack ${stack}`)}`,
    ].join("\n"),
    `It belongs to ${code(owner)}. Each update makes it live for ${DAYS} more days; after ${expires} a sweep may destroy it. It is destroyed when the pull request is closed or loses the label. On your machine: ${code(commandFor(report))}, and with ${code("--destroy")} to end it.`,
  ]
    .map((part) => `${part}\n`)
    .join("\n");
}

/** That the environment is gone, or why it could not be changed. */
export function renderEnd(base: string, stack: string, what: string): string {
  return `${environmentMarker(base)}\n### Environment ${code(stack)} ${what}\n`;
}

/** That an update failed: the environment may be there in part. */
export function renderFailure({
  base,
  stack,
  owner,
  expires,
}: Pick<PreviewEnvironmentReport, "base" | "stack" | "owner" | "expires">): string {
  const end = renderEnd(base, stack, "could not be updated: see the log of the workflow");
  return `${end}\nWhat exists of it belongs to ${code(owner)} and expires on ${expires}. It is destroyed when the pull request is closed or loses the label.\n`;
}

/** The comment about an environment that is up, once nobody needs it. */
export function withEnd(comment: string, reason: string): string {
  return comment.replace(/ is up until .*$/m, ` is not destroyed yet: ${reason}`);
}

/** The first line of the comment, however the base is written. */
export const environmentMarker = (base: string) => markerOf("environment", plainName(base));

const commandFor = ({ base, number }: PreviewEnvironmentReport) =>
  `npm run preview-env -- --stack ${base} --pull-request ${number}`;

function statusOf({ useCases }: Block, name: string): string {
  return isBlock(useCases) && typeof useCases[name] === "string" ? useCases[name] : "not known";
}
