import {
  type CostReport,
  countOf,
  formatBytes,
  formatDuration,
} from "../../providers/pachyderm/client";
import { code, codeName, cut } from "../markdown/escape";
import { fitTexts, listItems } from "../markdown/limit";
import {
  changingSteps,
  isDeletion,
  isNotValidated,
  type Preview,
  type PreviewStep,
  type ProtectionChange,
  unprotectingSteps,
  warningsOf,
} from "../preview/preview-json";
import { describeResource, rotatedSecrets } from "./resources";
import { plural } from "./verdict";

const LONGEST_MESSAGE = 500;
/** The maximum size of a list of names. */
const LONGEST_LIST = 3_000;
const MOST_BREACHES = 10;

/**
 * What is deleted, what loses its protection, how the costs compare with the budget, and which
 * secrets change; one line each.
 */
export function facts(preview: Preview, costs: CostReport | undefined, room: number): string[] {
  const deleted = changingSteps(preview)
    .filter((step) => isDeletion(step) && step.oldState?.inputs != null)
    .map((step) => codeName(describeResource(step)) + sizeOfData(step, costs));
  const secrets = rotatedSecrets(preview).map(
    ({ key, restarts }) =>
      `${codeName(key)} (${plural(restarts, "pipeline restarts", "pipelines restart")})`,
  );
  const lines = [
    ...listed("**Deleted** (cannot be undone): ", [...new Set(deleted)]),
    ...listed("**No longer protected** from deletion: ", unprotected(preview, "protect")),
    ...listed(
      "**No longer kept** when removed from the stack: ",
      unprotected(preview, "retainOnDelete"),
    ),
    ...overBudget(costs),
    ...withinBudget(costs),
    ...listed("**Changed secrets:** ", secrets),
  ];
  return fitTexts(lines, room, (left) => `and ${left} more: see the log of the check`);
}

function unprotected(preview: Preview, option: ProtectionChange["option"]): string[] {
  const names = unprotectingSteps(preview, option).map(describeResource);
  return [...new Set(names)].map(codeName);
}

function listed(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [title + listItems(items, LONGEST_LIST)];
}

function overBudget(costs: CostReport | undefined): string[] {
  const breaches = costs?.budget.breaches ?? [];
  const shown = breaches.slice(0, MOST_BREACHES);
  return shown.map(({ message }) => `**Over budget:** ${code(cut(message, LONGEST_MESSAGE))}`);
}

/** How much of each limit is used, if none is exceeded. */
function withinBudget(costs: CostReport | undefined): string[] {
  if (costs === undefined || costs.budget.breaches.length > 0) return [];
  const { time, deletedBytes, killedJobs, outside } = costs.totals;
  const used: Readonly<Record<string, string>> = {
    reprocessTime: time === null ? "unknown" : formatDuration(time.p90Seconds),
    deletedData: deletedBytes === null ? "unknown" : formatBytes(deletedBytes),
    killedJobs: String(killedJobs),
    outside: countOf(outside, "pipeline"),
  };
  const limits = Object.entries(costs.budget.limits).map(
    ([key, limit]) => `${key} ${used[key] ?? ""} of ${code(String(limit))}`,
  );
  return limits.length === 0 ? [] : [`**Budget:** ${limits.join(", ")} ✅`];
}

/** The size of the data that is deleted with a repo, if it is known. */
function sizeOfData({ urn }: PreviewStep, costs: CostReport | undefined): string {
  const bytes = costs?.repos.find((repo) => repo.urn === urn)?.deletedBytes;
  return bytes == null ? "" : ` (${formatBytes(bytes)})`;
}

/** The sources of the numbers, and what is not known. */
export function footnote(preview: Preview, costs: CostReport | undefined, room: number): string {
  const notValidated = warningsOf(preview).filter(isNotValidated);
  const notes = [
    ...timeNote(costs),
    ...[...notValidated, ...(costs?.notLookedUp ?? [])].map((line) =>
      code(cut(line, LONGEST_MESSAGE)),
    ),
  ];
  const shown = fitTexts(
    notes,
    room - "<sub></sub>".length - 2 * notes.length,
    (left) => `and ${left} more: see the log of the check`,
  );
  return shown.length === 0 ? "" : `<sub>${shown.join(" · ")}</sub>`;
}

/** The jobs that the times are based on: each pipeline's own. */
function timeNote(costs: CostReport | undefined): string[] {
  const sources = (costs?.pipelines ?? []).flatMap(({ name, time }) =>
    time === null
      ? []
      : [
          {
            name,
            text: `${countOf(time.jobs, "finished job")} with ${countOf(time.workers, "worker")}`,
          },
        ],
  );
  const [first] = sources;
  if (first === undefined) return [];
  const lists =
    sources.length === 1
      ? `the last ${first.text}`
      : `each pipeline's last jobs: ${listItems(
          sources.map(({ name, text }) => `${codeName(name)} ${text}`),
          1_000,
        )}`;
  return [`*p50–p90 based on ${lists}, job time only`];
}
