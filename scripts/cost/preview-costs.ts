import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Budget,
  COSTS_FILE_VARIABLE,
  type CostNote,
  type CostReport,
  checkBudget,
  mergeNotes,
  totalsOf,
  unknownLimits,
} from "../../providers/pachyderm/client";
import { isDeletion, type Preview, resourceName, resourceType } from "../preview/preview-json";
import { type PreviewRun, runPreview } from "../preview/run-preview";

/** A preview with the costs of its changes. */
export interface CostedPreview extends PreviewRun {
  readonly costs: CostReport;
}

/**
 * Previews a stack while the Pachyderm provider records the cost of each change. The budget is not
 * enforced, so that the report is complete; its breaches show what would be refused.
 */
export async function previewCosts(stack: string): Promise<CostedPreview> {
  // readable by this user only
  const folder = mkdtempSync(join(tmpdir(), "change-costs-"));
  const file = join(folder, "notes");
  writeFileSync(file, "");
  try {
    const run = await runPreview(stack, {
      showSames: true,
      env: { [COSTS_FILE_VARIABLE]: file },
    });
    return { ...run, costs: toReport(stack, readNotes(file), run) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readNotes(file: string): CostNote[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as CostNote);
}

/** The report from the provider's notes, without deletions that the preview does not show. */
export function toReport(
  stack: string,
  notes: readonly CostNote[],
  { preview, failed }: PreviewRun,
): CostReport {
  const costs = mergeNotes(notes);
  const goes = (urn: string | null) => failed || urn === null || isDeleted(urn, preview);
  const pipelines = costs.pipelines.filter(
    ({ category, urn }) => category !== "delete" || goes(urn),
  );
  const repos = costs.repos.filter(({ urn }) => goes(urn));
  const totals = totalsOf({ pipelines, repos });
  const limits = costs.limits as Budget;
  return {
    version: 1,
    stack,
    totals,
    budget: {
      limits: costs.limits,
      breaches: [...checkBudget(totals, limits), ...costs.breaches],
    },
    pipelines,
    repos,
    notLookedUp: [
      ...costs.notLookedUp,
      ...unknownLimits(totals, limits, pipelines),
      ...unnoted(preview, new Set(pipelines.map(({ urn }) => urn))),
    ],
  };
}

/**
 * Whether the preview deletes the resource: it does not if the resource is kept or not targeted.
 */
function isDeleted(urn: string, { steps }: Preview): boolean {
  return steps.some((step) => step.urn === urn && isDeletion(step));
}

/** Changed pipelines without a note: the provider could not look up their costs. */
function unnoted({ steps }: Preview, noted: ReadonlySet<string | null>): string[] {
  const names = steps
    .filter(({ op, urn }) => op === "update" && !noted.has(urn) && isPipeline(urn))
    .map(({ urn }) => resourceName(urn));
  return names.length === 0
    ? []
    : [
        `the costs of ${names.join(", ")}: Pachyderm was not contacted, or already matches the program`,
      ];
}

const isPipeline = (urn: string) => resourceType(urn) === "pachyderm:index:Pipeline";
