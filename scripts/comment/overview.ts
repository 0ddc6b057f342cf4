import { extractPlan, splitLastLine } from "./embedded-plan";

/**
 * The part of a comment that is kept when a later preview fails: what the last successful plan
 * does, and its commit.
 */
export interface Overview {
  readonly commit: string;
  /** The text, including the lines that mark it. */
  readonly text: string;
}

const START = /\n<!-- overview:([0-9a-f]{40}|unknown) -->\n/g;
const END = "\n<!-- /overview -->";
const KEPT = "\n<!-- overview-kept -->";

/** Marks a text as the overview of a plan. */
export function markOverview(text: string, commit = "unknown"): string {
  return `<!-- overview:${commit} -->\n\n${text}\n${END}`;
}

/** The overview that a comment shows, or keeps from an earlier comment. */
function overviewOf(comment: string): Overview | undefined {
  const [text] = splitLastLine(comment.replaceAll("\r\n", "\n"));
  // an error may contain any line, so in a failed comment only the marked overview counts
  if (extractPlan(comment)?.failed !== false && !text.endsWith(KEPT)) return undefined;
  const start = [...text.matchAll(START)].at(-1);
  const end = text.lastIndexOf(END);
  const commit = start?.[1];
  if (start === undefined || commit === undefined || end < start.index) return undefined;
  return { commit, text: text.slice(start.index + 1, end + END.length) };
}

/** The comment of a failed preview, with the folded overview of the previous comment. */
export function keepOverview(comment: string, before: string | undefined): string {
  const overview = overviewOf(before ?? "");
  if (overview === undefined || extractPlan(comment)?.failed !== true) return comment;
  const [text, lastLine] = splitLastLine(comment);
  const commit = overview.commit === "unknown" ? "" : ` of commit ${overview.commit.slice(0, 9)}`;
  const summary = `The last successful plan${commit}, which is not deployed`;
  const folded = `<details><summary>${summary}</summary>\n\n${overview.text}\n\n</details>`;
  return `${text}\n\n${folded}\n${KEPT}\n${lastLine}\n`;
}
