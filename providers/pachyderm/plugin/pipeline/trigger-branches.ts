import type { Log } from "../../../kit/engine-log";
import { isMap, type Value, type ValueMap } from "../../../kit/values";
import { plainSpec } from "../../spec/canonical";
import type { Api, ObjectRef } from "../api/api";
import { type BranchRef, formatBranch, parseBranch } from "../api/branch-api";
import type { Deadline } from "../api/deadline";
import { ServerError } from "../api/errors";
import { formatId } from "../api/object-ref";
import { branchReaders, inputBranches } from "../shared/input-branches";
import { deleteBranchCommand } from "../shared/refused-delete";
import { inputRepos } from "../validation/input-repos";

/**
 * Branches and triggers: for an input with a trigger, Pachyderm creates the branch
 * `PIPELINE-trigger-N` in the input repo, or the branch set in the input, which follows another
 * branch of the repo. That other branch must exist, and the created branch stays when the trigger
 * is removed from the spec or the pipeline is deleted: the repo can then no longer be deleted
 * (src/internal/pfsdb/branches.go).
 */

/** A branch in the spec with a user-defined name and a trigger. */
function namedTriggerBranches(spec: Value, project: string): BranchRef[] {
  return inputBranches(plainInput(spec), project).flatMap(({ repo, branch, hasTrigger }) =>
    hasTrigger && branch !== undefined ? [{ repo, name: branch }] : [],
  );
}

/**
 * The part of a pipeline's state that records which user-named branches its triggers created: those
 * that did not exist before it was sent. The server does not distinguish them from other branches,
 * which must stay.
 */
export async function noteOwnBranches(
  api: Api,
  spec: Value,
  { project }: ObjectRef,
  oldState: ValueMap,
): Promise<ValueMap> {
  const own = new Set(ownBranches(oldState).map(formatBranch));
  for (const branch of namedTriggerBranches(spec, project)) {
    const existing = await api.branches.list(branch.repo);
    const exists = existing.some((other) => other.branch.name === branch.name);
    if (!exists) own.add(formatBranch(branch));
  }
  return own.size === 0 ? {} : { triggerBranches: [...own] };
}

/** What `noteOwnBranches` recorded in a state. */
export function keptMarks({ triggerBranches }: ValueMap): ValueMap {
  return triggerBranches === undefined ? {} : { triggerBranches };
}

function ownBranches({ triggerBranches }: ValueMap): BranchRef[] {
  return Array.isArray(triggerBranches) ? triggerBranches.map((one) => parseBranch(`${one}`)) : [];
}

export function hasTrigger(spec: Value, project: string): boolean {
  return inputBranches(plainInput(spec), project).some((input) => input.hasTrigger);
}

/**
 * The missing branch that a trigger follows, if a create or update was refused because of it;
 * undefined for other refusals.
 */
export function missingBranch(error: unknown): BranchRef | undefined {
  if (!(error instanceof ServerError)) return undefined;
  const match =
    /updating branch trigger: branch \(id=\d+, branch=([^/\s]+)\/([^@\s]+)@([^)\s]+)\)/.exec(
      error.serverMessage,
    );
  const [, project = "", repo = "", name = ""] = match ?? [];
  return match === null ? undefined : { repo: { project, name: repo }, name };
}

/**
 * Sends a pipeline. If a trigger follows a branch that does not exist yet, first creates it as an
 * empty branch, as Pachyderm itself does for inputs without a trigger.
 */
export async function sendWithBranches(
  api: Api,
  send: () => Promise<void>,
  deadline: Deadline,
  tell: (message: string) => Promise<void>,
): Promise<void> {
  const made = new Set<string>();
  for (;;) {
    try {
      return await send();
    } catch (error) {
      const branch = missingBranch(error);
      if (branch === undefined || made.has(formatBranch(branch))) throw error;
      await api.branches.create(branch, { deadline });
      made.add(formatBranch(branch));
      await tell(
        `created the empty branch ${formatBranch(branch)}, which the pipeline's trigger follows`,
      );
    }
  }
}

/** What the triggers of a pipeline may have left behind. */
export interface TriggerTraces {
  /** The current or former pipeline. */
  readonly specs: readonly Value[];
  /** The pipeline's state, with the branches that its triggers created. */
  readonly state: ValueMap;
}

type Tell = (severity: "info" | "warning", message: string) => Promise<void>;

/**
 * Deletes the branches that the triggers of a pipeline left behind. The pipeline is already changed
 * or deleted, so a refusal is reported without failing.
 */
export async function cleanUpBranches(
  api: Api,
  log: Log,
  urn: string,
  ref: ObjectRef,
  traces: TriggerTraces & { readonly deadline: Deadline },
): Promise<void> {
  const tell: Tell = (severity, message) => log.log(severity, message, urn);
  try {
    await deleteLeftBranches(api, ref, traces, traces.deadline, tell);
  } catch (error) {
    await tell(
      "warning",
      `could not check for branches that triggers of pipeline ${formatId(ref)} left behind: ` +
        `${(error as Error).message}`,
    );
  }
}

/**
 * Deletes the branches that the triggers of a pipeline left behind. A branch stays if a pipeline
 * still reads it (including another project's pipeline of the same name), if another branch follows
 * it, or if the pipeline did not create it.
 */
async function deleteLeftBranches(
  api: Api,
  ref: ObjectRef,
  { specs, state }: TriggerTraces,
  deadline: Deadline,
  tell: Tell,
): Promise<void> {
  const own = ownBranches(state);
  const reads = specs.flatMap((spec) => inputRepos(spec, ref).reads);
  const triggered = await triggeredBranches(api, [...reads, ...own.map(({ repo }) => repo)]);
  if (triggered.length === 0) return;
  const used = await branchReaders(api);
  const idle = triggered.filter(
    (branch) =>
      !used.has(formatBranch(branch)) &&
      !triggered.some(({ repo, follows }) => isSame({ repo, name: follows }, branch)),
  );
  const isDefault = new RegExp(`^${ref.name}-trigger-\\d+$`);
  const isOwn = (branch: BranchRef) =>
    isDefault.test(branch.name) || own.some((one) => isSame(one, branch));
  for (const branch of idle.filter(isOwn)) await deleteBranch(api, branch, deadline, tell);
  const named = specs.flatMap((spec) => namedTriggerBranches(spec, ref.project));
  const others = idle.filter((one) => !isOwn(one) && named.some((branch) => isSame(one, branch)));
  for (const branch of others) {
    await tell(
      "info",
      `the branch ${formatBranch(branch)} of the pipeline's trigger is kept, because the ` +
        `pipeline did not create it. Before its repo can be deleted, run: ${deleteBranchCommand(branch)}`,
    );
  }
}

async function deleteBranch(
  api: Api,
  branch: BranchRef,
  deadline: Deadline,
  tell: Tell,
): Promise<void> {
  try {
    await api.branches.delete(branch, { force: true, deadline });
    await tell(
      "info",
      `deleted the branch ${formatBranch(branch)}, which the pipeline's trigger left behind`,
    );
  } catch (error) {
    await tell(
      "warning",
      `the branch ${formatBranch(branch)}, which the pipeline's trigger left behind, could not ` +
        `be deleted: ${(error as Error).message}. Before its repo can be deleted, run: ` +
        `${deleteBranchCommand(branch)}`,
    );
  }
}

/** The branches of these repos that follow another branch. */
async function triggeredBranches(
  api: Api,
  repos: readonly ObjectRef[],
): Promise<(BranchRef & { readonly follows: string })[]> {
  const found = await Promise.all(
    unique(repos).map(async (repo) =>
      (await api.branches.list(repo)).flatMap(({ branch, trigger }) =>
        trigger === null ? [] : [{ repo, name: branch.name, follows: trigger.branch }],
      ),
    ),
  );
  return found.flat();
}

function isSame(one: BranchRef, other: BranchRef): boolean {
  return formatBranch(one) === formatBranch(other);
}

function plainInput(spec: Value): Value {
  const plain = plainSpec(spec);
  return isMap(plain) ? (plain.input ?? null) : null;
}

function unique(repos: readonly ObjectRef[]): ObjectRef[] {
  return [...new Map(repos.map((repo) => [`${repo.project}/${repo.name}`, repo])).values()];
}
