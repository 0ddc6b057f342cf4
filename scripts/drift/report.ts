import { countOf } from "../../providers/pachyderm/client";
import { describeFields } from "../comment/details";
import { markerOf } from "../github/marker";
import { codeName, cut, visible } from "../markdown/escape";
import { fitTexts, LONGEST_TEXT, sizeOf } from "../markdown/limit";
import type { ChangedResource } from "../preview/changed-resources";

/** A report of drift, for the terminal and for an issue. */
export interface DriftReport {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** Lines for a terminal. */
  readonly summary: readonly string[];
}

/** Reports the differences between a stack's state and the systems. */
export function renderDrift(stack: string, drifted: readonly ChangedResource[]): DriftReport {
  if (drifted.length === 0) {
    return { title: "", body: "", summary: [`stack ${stack}: no drift`] };
  }
  const what = countOf(drifted.length, "resource");
  return {
    title: cut(`Drift: ${what} of ${stack} changed outside of Pulumi`, 200),
    body: issueBody(stack, drifted),
    summary: [
      `stack ${stack}: ${what} changed outside of Pulumi`,
      ...drifted.flatMap((resource) => resourceLines(verb(resource.op), resource)),
    ],
  };
}

function issueBody(stack: string, drifted: readonly ChangedResource[]): string {
  const name = codeName(stack);
  const head = `${markerOf("drift", stack)}\nThe systems differ from the state of stack ${name}. \`pulumi up --refresh\` restores what the program describes; to keep a change, add it to the program or the configuration first.`;
  const texts = drifted.map((resource) => `\n${describeFields(verb(resource.op), resource)}`);
  const more = (left: number) => `\nand ${left} more: see the log of the workflow`;
  return `${[head, ...fitTexts(texts, LONGEST_TEXT - sizeOf(head) - 2, more)].join("\n")}\n`;
}

/** A changed resource and its fields as lines for a terminal. */
export function resourceLines(what: string, { name, lines }: ChangedResource): string[] {
  return [`  ${what} ${visible(name)}`, ...lines.map((line) => `    ${line}`)];
}

function verb(op: string): string {
  return op === "delete" ? "deleted:" : "changed:";
}
