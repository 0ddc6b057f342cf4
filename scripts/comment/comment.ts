import { NAMESPACE } from "../../config/stack-file";
import {
  type CostReport,
  countOf,
  formatBytes,
  formatDuration,
  type PipelineCost,
} from "../../providers/pachyderm/client";
import type { Plan } from "../plan/plan";
import { changingSteps, errorsOf, type Preview, type PreviewStep } from "../preview/preview-json";
import { embedPlan } from "./embedded-plan";
import { block, code, cut } from "./escape";
import { type ChangedResource, changedResources, describeResource, rotatedSecrets } from "./fields";
import { type GraphPipeline, mermaidGraph, readsOf } from "./graph";
import { markerOf } from "./marker";
import { pipelineTable } from "./table";
import { needsAttention, plural, verdictOf } from "./verdict";

/** What a comment is made of. */
export interface CommentInput {
  readonly stack: string;
  readonly preview: Preview;
  /** Undefined where the preview failed before it came to costs. */
  readonly costs: CostReport | undefined;
  readonly plan: Plan | undefined;
}

/** GitHub takes 65,536 characters; some room is left for what it adds. */
export const LONGEST_COMMENT = 60_000;

/** The comment in the pull request: the verdict first, details folded and cut where it gets too long. */
export function renderComment(input: CommentInput): string {
  const head = `${markerOf("preview", input.stack)}\n${headline(input)}`;
  const essential = [head, ...sections(input)].join("\n\n");
  if (essential.length > LONGEST_COMMENT) {
    return `${cut(essential, LONGEST_COMMENT - 200)}\n\nThis comment is cut: see the log of the check.`;
  }
  const room = LONGEST_COMMENT - essential.length - 100;
  const plan = input.plan === undefined ? "" : embedPlan(input.plan);
  const kept = plan.length < room / 2 ? plan : "";
  const details = fieldDetails(input, room - kept.length);
  return `${[essential, details, kept].filter((part) => part !== "").join("\n\n")}\n`;
}

/** The same in one line of plain text, for a check run or a log. */
export function headline({ stack, preview, costs }: CommentInput): string {
  const name = code(stack);
  const changed = changedResources(preview).length;
  const [error] = errorsOf(preview);
  if (error !== undefined) {
    const broken = costs?.budget.breaches.length ? "over budget" : "the preview fails";
    return `### ❌ ${name}: ${broken}`;
  }
  if (costs === undefined) return `### ${name}: ${countOf(changed, "resource")} changed`;
  const sign = costs.budget.breaches.length > 0 ? "❌ " : needsAttention(costs) ? "⚠️ " : "";
  return `### ${sign}${name}: ${verdictOf(costs, changed)}`;
}

function sections(input: CommentInput): string[] {
  const { preview, costs, plan } = input;
  const errors = errorsOf(preview);
  if (errors.length > 0) return [block(errors.map((error) => cut(error, 4_000)))];
  if (changingSteps(preview).length === 0) return [];
  const table = costs === undefined ? [] : pipelineTable(costs);
  const graph = costs === undefined ? [] : graphLines(input, costs);
  return [
    table.join("\n"),
    facts(input).join("\n"),
    footnote(costs),
    graph.length === 0 ? "" : block(graph, "mermaid"),
    plan === undefined
      ? ""
      : `**Next:** approve, merge, then approve the deployment of ${code(input.stack)}. Only fingerprint ${code(plan.fingerprint)} is applied.`,
  ].filter((section) => section !== "");
}

/** What goes, what it costs against the budget, which secrets change. */
function facts({ preview, costs }: CommentInput): string[] {
  const deleted = changingSteps(preview)
    .filter(({ op, oldState }) => /^delete|^replace$/.test(op) && oldState?.inputs != null)
    .map((step) => code(describeResource(step)) + sizeOf(step, costs));
  const secrets = rotatedSecrets(preview).map(
    ({ key, restarts }) =>
      `${code(key)} (${plural(restarts, "pipeline restarts", "pipelines restart")})`,
  );
  const breaches = costs?.budget.breaches ?? [];
  return [
    ...(deleted.length === 0 ? [] : [`**Deleted** (cannot be undone): ${listed(deleted)}`]),
    ...breaches.map(({ message }) => `**Over budget:** ${code(message)}`),
    ...withinBudget(costs),
    ...(secrets.length === 0 ? [] : [`**Secrets that change:** ${listed(secrets)}`]),
  ];
}

/** What is used of each limit, where all are kept. */
function withinBudget(costs: CostReport | undefined): string[] {
  if (costs === undefined || costs.budget.breaches.length > 0) return [];
  const { time, deletedBytes, killedJobs, outside } = costs.totals;
  const used: Readonly<Record<string, string>> = {
    reprocessTime: time === null ? "unknown" : formatDuration(time.p90Seconds),
    deletedData: deletedBytes === null ? "unknown" : formatBytes(deletedBytes),
    killedJobs: String(killedJobs),
    outside: `${outside} pipelines`,
  };
  const limits = Object.entries(costs.budget.limits).map(
    ([key, limit]) => `${key} ${used[key] ?? ""} of ${code(String(limit))}`,
  );
  return limits.length === 0 ? [] : [`**Budget:** ${limits.join(", ")} ✅`];
}

/** The size of the data that goes with a repo, where it is known. */
function sizeOf({ urn }: PreviewStep, costs: CostReport | undefined): string {
  const bytes = costs?.repos.find((repo) => repo.urn === urn)?.deletedBytes;
  return bytes == null ? "" : ` (${formatBytes(bytes)})`;
}

function footnote(costs: CostReport | undefined): string {
  if (costs === undefined) return "";
  const withTime = costs.pipelines.filter(({ time }) => time !== null);
  const jobs = withTime.reduce((sum, { time }) => sum + (time?.jobs ?? 0), 0);
  const notes = [
    ...(withTime.length === 0
      ? []
      : [`*p50–p90 of ${countOf(jobs, "finished job")}, the job's own time.`]),
    ...costs.notLookedUp.map((line) => code(cut(line, 300))),
  ];
  return notes.length === 0 ? "" : `<sub>${notes.join(" · ")}</sub>`;
}

function graphLines({ preview }: CommentInput, costs: CostReport): string[] {
  const reads = readsOf(preview, defaultProject(preview));
  const byKey = new Map(costs.pipelines.map((pipeline) => [keyOf(pipeline), pipeline]));
  const keys = [...new Set([...reads.keys(), ...byKey.keys()])].sort();
  return mermaidGraph(
    keys.map((key): GraphPipeline => {
      const pipeline = byKey.get(key);
      return { key, reads: reads.get(key) ?? pipeline?.because ?? [], fate: fateOf(pipeline) };
    }),
  );
}

/** Pachyderm's project of the stack, which specs leave out. */
function defaultProject({ config }: Preview): string {
  const block = config?.[`${NAMESPACE}:pachyderm`];
  const project =
    block === undefined ? undefined : (JSON.parse(block) as { project?: string }).project;
  return project ?? "default";
}

function fateOf(pipeline: PipelineCost | undefined): GraphPipeline["fate"] {
  if (pipeline === undefined) return "unchanged";
  if (pipeline.member === false) return "outside";
  if (pipeline.category === "downstream") return "downstream";
  return pipeline.category === "none" || pipeline.category === "settings" ? "unchanged" : "changed";
}

const keyOf = ({ project, name }: PipelineCost) => `${project}/${name}`;

/** The changed fields, folded, as many resources as there is room for. */
function fieldDetails({ preview }: CommentInput, room: number): string {
  const resources = changedResources(preview);
  if (resources.length === 0) return "";
  const close = "\n\n</details>";
  let text = `<details><summary>Fields (${summary(resources)})</summary>`;
  let shown = 0;
  for (const { name, op, lines } of resources) {
    const body = lines.length === 0 ? "" : `\n${block(lines, "diff")}`;
    const more = `\n\n${op} ${code(name)}${body}`;
    if (text.length + more.length + close.length > room) break;
    text += more;
    shown += 1;
  }
  if (shown === 0) return "";
  const left = resources.length - shown;
  return `${text}${left > 0 ? `\n\nand ${countOf(left, "resource")} more, see the log of the check` : ""}${close}`;
}

function summary(resources: readonly ChangedResource[]): string {
  const counts = new Map<string, number>();
  for (const { op } of resources) counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts].map(([op, count]) => countOf(count, op)).join(", ");
}

function listed(items: readonly string[]): string {
  const most = 30;
  const left = items.length - most;
  return items.slice(0, most).join(", ") + (left > 0 ? ` and ${left} more` : "");
}
