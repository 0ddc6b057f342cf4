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
import { type Drift, driftDetails, fieldDetails } from "./details";
import { embedPlan } from "./embedded-plan";
import { block, code, cut } from "./escape";
import { changedResources, describeResource, rotatedSecrets } from "./fields";
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
  /** What somebody changed by hand; undefined where nobody looked. */
  readonly drift?: Drift | undefined;
}

/** GitHub takes 65,536 characters; some room is left for what it adds. */
export const LONGEST_COMMENT = 60_000;

/** The comment in the pull request: the verdict first, details folded and cut where it gets too long. */
export function renderComment(input: CommentInput): string {
  const head = `${markerOf("preview", input.stack)}\n${headline(input)}`;
  const essential = [head, ...sections(input, { picture: true })].join("\n\n");
  if (essential.length > LONGEST_COMMENT) {
    return `${cut(essential, LONGEST_COMMENT - 200)}\n\nThis comment is cut: see the log of the check.`;
  }
  const room = LONGEST_COMMENT - essential.length - 100;
  const plan = input.plan === undefined ? "" : embedPlan(input.plan);
  const kept = plan.length < room / 2 ? plan : "";
  const details = fieldDetails(changedResources(input.preview), room - kept.length);
  const drift = driftDetails(input.drift, room - kept.length - details.length);
  return `${[essential, details, drift, kept].filter((part) => part !== "").join("\n\n")}\n`;
}

function headline(input: CommentInput): string {
  const sign = { failure: "❌ ", attention: "⚠️ ", none: "" }[concernOf(input)];
  return `### ${sign}${code(input.stack)}: ${verdictLine(input)}`;
}

/** How much somebody should look at a plan before approving it. */
export function concernOf({ preview, costs }: CommentInput): "failure" | "attention" | "none" {
  if (errorsOf(preview).length > 0) return "failure";
  if (costs === undefined) return "none";
  if (costs.budget.breaches.length > 0) return "failure";
  return needsAttention(costs) ? "attention" : "none";
}

/** What the change does in one line of plain text. */
export function verdictLine({ preview, costs }: CommentInput): string {
  const changed = changedResources(preview).length;
  if (errorsOf(preview).length > 0) {
    return costs?.budget.breaches.length ? "over budget" : "the preview fails";
  }
  if (costs === undefined) return `${countOf(changed, "resource")} changed`;
  return verdictOf(costs, changed);
}

/** What a reader must know besides the verdict. */
export function sections(input: CommentInput, { picture }: { picture: boolean }): string[] {
  const { preview, costs, plan } = input;
  const errors = errorsOf(preview);
  if (errors.length > 0) return [block(errors.map((error) => cut(error, 4_000)))];
  if (changingSteps(preview).length === 0) return [];
  const table = costs === undefined ? [] : pipelineTable(costs);
  const graph = costs === undefined || !picture ? [] : graphLines(input, costs);
  return [
    table.join("\n"),
    facts(input).join("\n"),
    footnote(costs),
    graph.length === 0 ? "" : block(graph, "mermaid"),
    plan === undefined
      ? ""
      : `**Next:** approve, merge, then approve the deployment of ${code(input.stack)}. Only fingerprint ${code(plan.fingerprint)} is applied.\n**Try it:** the label ${code("preview-env")} creates an environment for this pull request.`,
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

function listed(items: readonly string[]): string {
  const most = 30;
  const left = items.length - most;
  return items.slice(0, most).join(", ") + (left > 0 ? ` and ${left} more` : "");
}
