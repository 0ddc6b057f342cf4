/** One update of a stack, as `pulumi stack history --json` lists it, the newest first. */
export interface StackUpdate {
  readonly kind: string;
  readonly result: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The commits in this clone. */
export interface CommitGraph {
  /** Whether one commit is contained in another; undefined if the clone lacks one of them. */
  readonly isAncestor: (older: string, newer: string) => Promise<boolean | undefined>;
  /**
   * Whether it has the whole history; if so, a commit that it lacks is not on any of its branches.
   */
  readonly isComplete: () => Promise<boolean>;
}

const PAGE_SIZE = 50;

/**
 * The updates of a stack, the newest first, back to the last successful `pulumi up`: there can be
 * many previews, refreshes and failed updates since then.
 */
export async function historyToLastSuccess(
  readPage: (page: number, size: number) => Promise<readonly StackUpdate[]>,
): Promise<StackUpdate[]> {
  const updates: StackUpdate[] = [];
  for (let page = 1; ; page += 1) {
    const found = await readPage(page, PAGE_SIZE);
    updates.push(...found);
    if (found.length < PAGE_SIZE || found.some(isSuccess)) return updates;
  }
}

function isSuccess({ kind, result }: StackUpdate): boolean {
  return kind === "update" && result === "succeeded";
}

/** The commit of the last successful `pulumi up`, if it ran in a git checkout. */
export function lastDeployedCommit(history: readonly StackUpdate[]): string | undefined {
  return history.find(isSuccess)?.environment?.["git.head"];
}

/** Why a commit is not deployed. */
export interface Outdated {
  readonly line: string;
  /**
   * It is unknown whether the commit is older, so only its plan shows whether it can be deployed.
   */
  readonly isUnknown: boolean;
}

/**
 * Why a commit must not be deployed: a run that waited for a long time would revert the changes of
 * a later one, even of one that failed halfway. Undefined if it can be deployed.
 */
export async function refuseOlder(
  commit: string | undefined,
  history: readonly StackUpdate[],
  { isAncestor, isComplete }: CommitGraph,
): Promise<Outdated | undefined> {
  const last = lastUpdate(history);
  if (last === undefined || commit === undefined || commit === last.commit) return undefined;
  const contained = await isAncestor(last.commit, commit);
  if (contained === true) return undefined;
  const deployed = `${short(last.commit)}, the last deployed one${last.note}`;
  if (contained === undefined) {
    const unknown = `is not in this clone, so it is unknown whether ${short(commit)} is older`;
    if (await isComplete()) {
      const reason = `commit ${deployed}, ${unknown}: run \`git fetch origin\`, unless it is no longer on any branch`;
      return { line: reason, isUnknown: true };
    }
    const complete = "run `git fetch --unshallow origin` (actions/checkout: fetch-depth: 0)";
    return { line: `commit ${deployed}, ${unknown}: ${complete}`, isUnknown: false };
  }
  if ((await isAncestor(commit, last.commit)) !== true) return undefined;
  const line = `commit ${short(commit)} is older than ${deployed}: deploy the newest commit, or revert the changes on the branch`;
  return { line, isUnknown: false };
}

/**
 * The newest `pulumi up` that ran in a git checkout, even if it failed, because it may have changed
 * something.
 */
function lastUpdate(history: readonly StackUpdate[]): { commit: string; note: string } | undefined {
  for (const update of history) {
    const commit = update.environment?.["git.head"];
    if (update.kind !== "update" || commit === undefined) continue;
    return { commit, note: isSuccess(update) ? "" : ` (result: ${update.result})` };
  }
  return undefined;
}

function short(commit: string): string {
  return commit.slice(0, 9);
}
