/** One update of a stack, as `pulumi stack history --json` lists it, the newest first. */
export interface StackUpdate {
  readonly kind: string;
  readonly result: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** How two commits relate: `git merge-base --is-ancestor`. Undefined where git lacks one of them. */
export type IsAncestor = (older: string, newer: string) => Promise<boolean | undefined>;

/** The commit of the last `pulumi up` that succeeded, if it ran in a git checkout. */
export function lastDeployedCommit(history: readonly StackUpdate[]): string | undefined {
  const last = history.find(({ kind, result }) => kind === "update" && result === "succeeded");
  return last?.environment?.["git.head"];
}

/**
 * Why a commit must not be deployed: a run that waited for long would take back what a later one
 * did. Undefined where it may be.
 */
export async function refuseOlder(
  commit: string | undefined,
  history: readonly StackUpdate[],
  isAncestor: IsAncestor,
): Promise<string | undefined> {
  const deployed = lastDeployedCommit(history);
  if (deployed === undefined || commit === undefined || commit === deployed) return undefined;
  const contained = await isAncestor(deployed, commit);
  if (contained === true) return undefined;
  if (contained === undefined) {
    return `commit ${short(deployed)}, which was deployed last, is not in this checkout, so whether ${short(commit)} is older is unknown: \`git fetch --unshallow origin\` (actions/checkout: fetch-depth: 0)`;
  }
  if ((await isAncestor(commit, deployed)) !== true) return undefined;
  return `commit ${short(commit)} is older than ${short(deployed)}, which was deployed last: deploy the newest commit, or revert on the branch`;
}

function short(commit: string): string {
  return commit.slice(0, 9);
}
