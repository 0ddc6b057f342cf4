import { isMap, type Value } from "../../../kit/values";
import { plainSpec } from "../../spec/canonical";
import type { Api, Place } from "../api/api";
import { type BranchPlace, formatBranch } from "../api/branch-api";
import type { Deadline } from "../api/deadline";
import { ServerError } from "../api/errors";

/**
 * Branches and triggers: for an input with a trigger Pachyderm makes the branch `PIPELINE-trigger-N`
 * in the input repo, which follows another branch of it. That other branch has to exist, and the
 * branch stays when the trigger leaves the spec or the pipeline is deleted: the repo could then not
 * be deleted any more (src/internal/pfsdb/branches.go).
 */

/** An input of a pipeline, as far as its branch goes. */
interface InputBranch {
  readonly repo: Place;
  readonly branch: string | undefined;
  readonly hasTrigger: boolean;
}

export function hasTrigger(spec: Value, project: string): boolean {
  return inputsOf(plainInput(spec), project).some((input) => input.hasTrigger);
}

/**
 * The branch that a create or update was refused for because a trigger follows it and it does not
 * exist; undefined if the refusal is another one.
 */
export function missingBranch(error: unknown): BranchPlace | undefined {
  if (!(error instanceof ServerError)) return undefined;
  const match =
    /updating branch trigger: branch \(id=\d+, branch=([^/\s]+)\/([^@\s]+)@([^)\s]+)\)/.exec(
      error.serverMessage,
    );
  const [, project = "", repo = "", name = ""] = match ?? [];
  return match === null ? undefined : { repo: { project, name: repo }, name };
}

/**
 * Sends a pipeline. Where a trigger follows a branch that does not exist yet, that branch is made
 * first, empty, as Pachyderm itself does for inputs without a trigger.
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
      await api.branches.create(branch, deadline);
      made.add(formatBranch(branch));
      await tell(
        `made the empty branch ${formatBranch(branch)}, which the pipeline's trigger follows`,
      );
    }
  }
}

/**
 * Deletes the branches that triggers of a pipeline left in these repos. One that a pipeline still
 * reads stays, also another project's pipeline of the same name, and so does one that the user named.
 */
export async function deleteLeftBranches(
  api: Api,
  { name }: Place,
  repos: readonly Place[],
  deadline: Deadline,
  tell: (severity: "info" | "warning", message: string) => Promise<void>,
): Promise<void> {
  const isOwn = new RegExp(`^${name}-trigger-\\d+$`);
  const left: BranchPlace[] = [];
  for (const repo of unique(repos)) {
    const own = (await api.branches.list(repo)).filter(
      ({ branch, trigger }) => trigger !== null && isOwn.test(branch.name),
    );
    left.push(...own.map(({ branch }) => ({ repo, name: branch.name })));
  }
  if (left.length === 0) return;
  const used = await usedBranches(api);
  for (const branch of left.filter((one) => !used.has(formatBranch(one)))) {
    try {
      await api.branches.delete(branch, deadline);
      await tell(
        "info",
        `deleted the branch ${formatBranch(branch)}, which the pipeline's trigger left`,
      );
    } catch (error) {
      await tell(
        "warning",
        `the branch ${formatBranch(branch)}, which the pipeline's trigger left, could not be deleted: ` +
          `${(error as Error).message}. Its repo can't be deleted before: pachctl delete branch ` +
          `${branch.repo.name}@${branch.name} --force --project ${branch.repo.project}`,
      );
    }
  }
}

/** The branches that any pipeline reads, stopped ones too, which their branches' provenance lacks. */
async function usedBranches(api: Api): Promise<Set<string>> {
  const used = new Set<string>();
  for (const { pipeline, details } of await api.listPipelines()) {
    const project = pipeline.project.name;
    for (const { repo, branch = "master" } of inputsOf((details?.input ?? null) as Value, project))
      used.add(formatBranch({ repo, name: branch }));
  }
  return used;
}

function plainInput(spec: Value): Value {
  const plain = plainSpec(spec);
  return isMap(plain) ? (plain.input ?? null) : null;
}

function inputsOf(input: Value, project: string): InputBranch[] {
  if (Array.isArray(input)) return input.flatMap((child) => inputsOf(child, project));
  if (!isMap(input)) return [];
  const { pfs, cross, join, group, union } = input;
  const below = [cross, join, group, union].flatMap((child) => inputsOf(child ?? null, project));
  if (!isMap(pfs) || typeof pfs.repo !== "string") return below;
  const of = typeof pfs.project === "string" && pfs.project !== "" ? pfs.project : project;
  const own = {
    repo: { project: of, name: pfs.repo },
    branch: typeof pfs.branch === "string" && pfs.branch !== "" ? pfs.branch : undefined,
    hasTrigger: isMap(pfs.trigger),
  };
  return [own, ...below];
}

function unique(repos: readonly Place[]): Place[] {
  return [...new Map(repos.map((repo) => [`${repo.project}/${repo.name}`, repo])).values()];
}
