import { countOf } from "../../providers/pachyderm/client";
import { block, code, cut } from "../markdown/escape";
import { fitTexts, sizeOf } from "../markdown/limit";
import type { ChangedResource } from "../preview/changed-resources";
import {
  changingSteps,
  isNotValidated,
  type Preview,
  resourceSteps,
  warningsOf,
} from "../preview/preview-json";

/** The differences between the state and the systems, or why they are not known. */
export type Drift = readonly ChangedResource[] | { readonly unknown: string };

const LONGEST_MESSAGE = 300;
/** A warning may end with a command, which must not be cut. */
const LONGEST_WARNING = 2_000;
/** The maximum size of one resource's diff: a longer one would bury the others. */
const LONGEST_DIFF = 8_000;

/** The changed fields, folded, of as many resources as fit. */
export function fieldDetails(
  resources: readonly ChangedResource[],
  { steps }: Preview,
  room: number,
): string {
  const unchanged = resourceSteps(steps).filter(({ op }) => op === "same").length;
  const counts = [
    ...countsByOperation(resources),
    ...(unchanged === 0 ? [] : [`${unchanged} unchanged`]),
  ];
  return foldedResources(`Fields (${counts.join(", ")})`, resources, room);
}

/** The warnings of the preview, folded. */
export function warningDetails(preview: Preview, room: number): string {
  if (changingSteps(preview).length === 0) return "";
  const warnings = warningsOf(preview)
    .filter((text) => !isNotValidated(text))
    .map((text) => `- ${code(cut(text, LONGEST_WARNING))}`);
  return folded(`Warnings (${warnings.length})`, warnings, (left) => `- and ${left} more`, room);
}

/** Manual changes, folded: the pull request does not cause them. */
export function driftDetails(drift: Drift | undefined, room: number): string {
  if (drift === undefined) return "";
  if ("unknown" in drift) {
    const line = `<sub>Drift is unknown: ${code(cut(drift.unknown, LONGEST_MESSAGE))}</sub>`;
    return sizeOf(line) > room ? "" : line;
  }
  return foldedResources(`Drift found, not part of this change (${drift.length})`, drift, room);
}

function foldedResources(
  title: string,
  resources: readonly ChangedResource[],
  room: number,
): string {
  const texts = resources.map(({ op, ...resource }) => `${describeFields(op, resource)}\n`);
  const more = (left: number) =>
    `and ${countOf(left, "resource")} more: see the log of the check\n`;
  return folded(title, texts, more, room);
}

/** A changed resource as Markdown: its operation, and its fields as a diff. */
export function describeFields(
  verb: string,
  { name, lines }: Pick<ChangedResource, "name" | "lines">,
): string {
  if (lines.length === 0) return `${verb} ${code(name)}`;
  const shown = fitTexts(
    lines,
    LONGEST_DIFF,
    (left) => `and ${left} more lines: see the log of the check`,
  );
  return `${verb} ${code(name)}\n${block(shown, "diff")}`;
}

function folded(
  title: string,
  texts: readonly string[],
  more: (left: number) => string,
  room: number,
): string {
  const [open, close] = [`<details><summary>${title}</summary>\n\n`, "\n</details>"];
  const shown = fitTexts(texts, room - sizeOf(open + close) - 1, more);
  if (shown.length === 0 || shown[0] === more(texts.length)) return "";
  return `${open}${shown.join("\n").trimEnd()}\n${close}`;
}

function countsByOperation(resources: readonly ChangedResource[]): string[] {
  const counts = new Map<string, number>();
  for (const { op } of resources) counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts].map(([op, count]) => countOf(count, op));
}
