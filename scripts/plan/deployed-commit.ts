/** One update of a stack, as `pulumi stack history --json` lists it, the newest first. */
export interface StackUpdate {
  readonly kind: string;
  readonly result: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What this clone knows about commits. */
export interface CommitGraph {
  /** Whether one commit is contained in another; undefined where git lacks one of them. */
  readonly isAncestor: (older: string, newer: string) => Promise<boolean | undefined>;
  /** Whether it has the whole history: then a commit that it lacks is on none of its branches. */
  readonly isComplete: () => Promise<boolean>;
}

const PAGE_SIZE = 50;

/**
 * The updates of a stack, the newest first, back to the last `pulumi up` that succeeded: previews,
 * refreshes and failed updates since then can be many.
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

/** The commit of the last `pulumi up` that succeeded, if it ran in a git checkout. */
export function lastDeployedCommit(history: readonly StackUpdate[]): string | undefined {
  return history.find(isSuccess)?.environment?.["git.head"];
}

/** Why a commit is not deployed. */
export interface Outdated {
  readonly line: string;
  /** Nobody can say whether it is older, so only its plan shows whether it may be deployed. */
  readonly isUnknown: boolean;
}

/**
 * Why a commit must not be deployed: a run that waited for long would take back what a later one
 * did, even one that failed half-way. Undefined where it may be.
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
  const deployed = `${short(last.commit)}, which was deployed last${last.note}`;
  if (contained === undefined) {
    const unknown = `is not in this clone, so whether ${short(commit)} is older is unknown`;
    if (await isComplete()) {
      const reason = `commit ${deployed}, ${unknown}: run \`git fetch origin\`, unless it is no longer on a branch`;
      return { line: reason, isUnknown: true };
    }
    const complete = "run `git fetch --unshallow origin` (actions/checkout: fetch-depth: 0)";
    return { line: `commit ${deployed}, ${unknown}: ${complete}`, isUnknown: false };
  }
  if ((await isAncestor(commit, last.commit)) !== true) return undefined;
  const line = `commit ${short(commit)} is older than ${deployed}: deploy the newest commit, or revert on the branch`;
  return { line, isUnknown: false };
}

/** The newest `pulumi up` that ran in a git checkout: also one that failed has changed something. */
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
