import { type CostReport, countOf } from "../../providers/pachyderm/client";
import { markerOf } from "../github/marker";
import { block, codeName, cut } from "../markdown/escape";
import { fitTexts, LONGEST_TEXT, layOut, type Part } from "../markdown/limit";
import type { Plan } from "../plan/plan";
import { changedResources } from "../preview/changed-resources";
import { changingSteps, errorsOf, type Preview, unprotectingSteps } from "../preview/preview-json";
import { type Drift, driftDetails, fieldDetails, warningDetails } from "./details";
import { embedPlan } from "./embedded-plan";
import { facts, footnote } from "./facts";
import { deploymentSteps, nextSteps } from "./next-steps";
import { markOverview } from "./overview";
import { previewGraph } from "./preview-graph";
import { pipelineTable } from "./table";
import { needsAttention, verdictOf } from "./verdict";

/** The input of a comment. */
export interface CommentInput {
  readonly stack: string;
  readonly preview: Preview;
  /** Undefined if the preview failed before it determined costs. */
  readonly costs: CostReport | undefined;
  readonly plan: Plan | undefined;
  /** Manual changes; undefined if they were not looked up. */
  readonly drift?: Drift | undefined;
  /** The commit that the comment is about. */
  readonly commit?: string | undefined;
  /** The pull request that the comment is for. */
  readonly pullRequest?: number | undefined;
  /** For the plan of a merged commit: why it is not deployed; empty if it can be approved. */
  readonly refusal?: readonly string[] | undefined;
}

/**
 * The maximum sizes of the overview that a later comment keeps, and of errors: together they fit
 * into one comment.
 */
const LONGEST_OVERVIEW = 25_000;
const LONGEST_ERRORS = 30_000;

/**
 * The comment in the pull request: the verdict first, then folded details, which are cut if the
 * comment gets too long.
 */
export function renderComment(input: CommentInput): string {
  const head = `${markerOf("preview", input.stack)}\n${headline(input)}`;
  const parts = isFailed(input) ? failureParts(input) : planParts(input);
  return `${layOut([{ rank: 0, render: () => head }, ...parts], LONGEST_TEXT - 1)}\n`;
}

/** What a reader must know in addition to the verdict, without the picture and details. */
export function renderSummary(input: CommentInput): string {
  const parts = isFailed(input)
    ? [errors(input)]
    : [overviewPart(input, (text) => text), nextPart(input)];
  return layOut(parts, LONGEST_TEXT);
}

/** The verdict on a stack as a heading. */
export function headline(input: CommentInput): string {
  const sign = { failure: "❌ ", attention: "⚠️ ", none: "" }[concernOf(input)];
  return `### ${sign}${codeName(input.stack)}: ${verdictLine(input)}`;
}

/** How closely to review a plan before approving it. */
export function concernOf(input: CommentInput): "failure" | "attention" | "none" {
  const { costs, preview } = input;
  if (isFailed(input)) return "failure";
  if ((costs?.budget.breaches ?? []).length > 0) return "failure";
  const isCostly = costs !== undefined && needsAttention(costs);
  return isCostly || unprotectingSteps(preview).length > 0 ? "attention" : "none";
}

/** What the change does in one line of plain text. */
export function verdictLine(input: CommentInput): string {
  const { preview, costs } = input;
  if (isFailed(input)) return "the preview failed";
  const changed = changedResources(preview).length;
  const verdict =
    costs === undefined ? `${countOf(changed, "resource")} changed` : verdictOf(costs, changed);
  const unprotected = new Set(unprotectingSteps(preview).map(({ urn }) => urn)).size;
  if (unprotected === 0) return verdict;
  return `${verdict}, ${countOf(unprotected, "resource")} no longer protected`;
}

const isFailed = ({ preview }: CommentInput) => errorsOf(preview).length > 0;

function failureParts(input: CommentInput): Part[] {
  return [errors(input), nextPart(input), { rank: 1, render: () => embedPlan(undefined, 0) }];
}

function errors({ preview }: CommentInput): Part {
  // an error may consist of backticks only, and a fence is longer than those inside it
  const longest = 2_000;
  const render = (room: number) => {
    const texts = errorsOf(preview).map((error) => cut(error, longest));
    return block(
      fitTexts(texts, room - 2 * longest - 10, (left) => `and ${left} more: ${SEE_LOG}`),
    );
  };
  return { rank: 1, most: LONGEST_ERRORS, render };
}

const SEE_LOG = "see the log of the check";

function planParts(input: CommentInput): Part[] {
  const { preview, costs, plan, drift, commit } = input;
  return [
    overviewPart(input, (text) => markOverview(text, commit)),
    { rank: 5, render: (room) => previewGraph(preview, costs, room) },
    nextPart(input),
    { rank: 6, render: (room) => fieldDetails(changedResources(preview), preview, room) },
    { rank: 8, render: (room) => driftDetails(drift, room) },
    { rank: 7, render: (room) => warningDetails(preview, room) },
    { rank: 2, render: (room) => (plan === undefined ? "" : embedPlan(plan, room / 2)) },
  ];
}

/** The table and the facts below it; empty if nothing changes. */
function overviewPart({ preview, costs }: CommentInput, mark: (text: string) => string): Part {
  const parts: Part[] = [
    { rank: 1, render: (room) => pipelineTable(costs, room).join("\n") },
    { rank: 0, most: 12_000, render: (room) => facts(preview, costs, room).join("\\\n") },
    { rank: 2, most: 4_000, render: (room) => footnote(preview, costs, room) },
  ];
  const render = (room: number) => {
    if (changingSteps(preview).length === 0) return "";
    const text = layOut(parts, room - 100);
    return text === "" ? "" : mark(text);
  };
  return { rank: 3, most: LONGEST_OVERVIEW, render };
}

function nextPart(input: CommentInput): Part {
  const { preview, stack, plan, pullRequest, refusal } = input;
  if (refusal !== undefined && plan !== undefined) {
    return { rank: 1, render: () => deploymentSteps(stack, plan, refusal) };
  }
  const isShort = !isFailed(input) && changingSteps(preview).length === 0;
  const lines = isShort ? [] : nextSteps(stack, plan?.fingerprint, pullRequest);
  return { rank: 1, render: () => lines.join("\\\n") };
}
