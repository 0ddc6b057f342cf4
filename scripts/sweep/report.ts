import { countOf, formatBytes, formatDuration } from "../../providers/pachyderm/client";
import type { LeftAlone, LeftBehind } from "./decide";
import type { ExpiredStack } from "./expired";
import type { Removed } from "./removal";
import { formatStack } from "./stacks";
import { keyOf, type Thing } from "./things";

/** The findings of a sweep. */
export interface Findings {
  readonly expired: readonly ExpiredStack[];
  readonly leftBehind: readonly LeftBehind[];
  readonly leftAlone: readonly LeftAlone[];
  /** The errors of lookups. */
  readonly problems: readonly string[];
  /** The errors of requests to GitHub: those stacks are kept. */
  readonly unknown: readonly string[];
}

/** Whether there is anything to destroy or delete. */
export function isClean({ expired, leftBehind }: Findings): boolean {
  return leftBehind.length === 0 && expired.every(({ kept }) => kept !== undefined);
}

/** The findings as lines of text. */
export function describeFindings(findings: Findings, now: Date): string[] {
  const { expired, leftBehind, leftAlone, problems, unknown } = findings;
  const stacks = [...new Set(leftBehind.map(({ stack }) => stack))];
  const lines = [
    ...expired.map(describeExpired),
    ...stacks.flatMap((stack) =>
      describeStack(
        stack,
        leftBehind.filter((thing) => thing.stack === stack),
        now,
      ),
    ),
    ...(leftAlone.length === 0 ? [] : ["kept:"]),
    ...leftAlone.map((thing) => `  ${describeThing(thing, now)}: ${thing.reason}`),
  ];
  return isClean(findings) && problems.length + unknown.length === 0
    ? [...lines, "nothing to sweep"]
    : lines;
}

function describeExpired({ kept, expired, ended, resources, ...name }: ExpiredStack): string {
  const why = expired === undefined ? `is no longer needed: ${ended}` : `expired on ${expired}`;
  const what = `stack ${formatStack(name)} ${why} (${countOf(resources, "resource")})`;
  return kept === undefined ? what : `${what}, kept: ${kept}`;
}

function describeStack(stack: string, things: readonly LeftBehind[], now: Date): string[] {
  return [
    `left behind by stack ${stack}, which no longer exists${ownerOf(things)}:`,
    ...things.map((thing) => `  ${describeThing(thing, now)}`),
  ];
}

function ownerOf(things: readonly Thing[]): string {
  const owner = things.find(({ marks }) => marks?.owner)?.marks?.owner;
  return owner === undefined ? "" : ` (owner ${owner})`;
}

function describeThing(thing: Thing, now: Date): string {
  const { created, bytes, workers, detectors } = thing;
  const facts = [
    ...(created === undefined ? [] : [`${ageOf(created, now)} old`]),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    ...(workers === undefined ? [] : [countOf(workers, "running worker")]),
    ...(detectors === undefined ? [] : [countOf(detectors, "detector")]),
  ];
  return facts.length === 0 ? keyOf(thing) : `${keyOf(thing)} (${facts.join(", ")})`;
}

function ageOf(created: string, now: Date): string {
  return formatDuration((now.getTime() - Date.parse(created)) / 1000);
}

/**
 * The findings for other programs, and the result of the deletion if there was one: it may keep
 * some of what was found to be left behind or expired.
 */
export function toJson(findings: Findings, removed: Removed | undefined): object {
  const shown = ({ reads: _, secrets: __, uid: ___, ...thing }: Thing) => thing;
  return {
    version: 1,
    expired: findings.expired,
    leftBehind: findings.leftBehind.map(shown),
    kept: findings.leftAlone.map(shown),
    problems: findings.problems,
    unknown: findings.unknown,
    ...(removed && { deletion: removed }),
  };
}
