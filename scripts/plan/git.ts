import { run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import type { CommitGraph } from "./deployed-commit";

/** The commit that is checked out; undefined outside of a git checkout. */
export async function headCommit(): Promise<string | undefined> {
  const { code, stdout } = await git("rev-parse", "--verify", "HEAD");
  return code === 0 ? stdout.trim() : undefined;
}

/** The commits of this checkout. */
export const commitGraph: CommitGraph = {
  async isAncestor(older, newer) {
    const { code } = await git("merge-base", "--is-ancestor", older, newer);
    return code === 0 ? true : code === 1 ? false : undefined;
  },
  async isComplete() {
    const { stdout } = await git("rev-parse", "--is-shallow-repository");
    return stdout.trim() === "false";
  },
};

/** The maximum number of commits to check, each of which needs requests to GitHub. */
const MOST_COMMITS = 100;

/** Commits of a branch, the newest first. */
export interface Commits {
  readonly commits: readonly string[];
  /** Whether older commits were left out. */
  readonly isCut: boolean;
}

/** The commits on a branch after an older one. */
export async function commitsAfter(older: string, newest: string): Promise<Commits> {
  const range = `${older}..${newest}`;
  const limit = `--max-count=${MOST_COMMITS + 1}`;
  const { code, stdout } = await git("rev-list", "--first-parent", limit, range);
  const found = code === 0 ? stdout.split("\n").filter((line) => line !== "") : [];
  return { commits: found.slice(0, MOST_COMMITS), isCut: found.length > MOST_COMMITS };
}

/** A file of the project at a commit; undefined if it does not exist there. */
export async function fileAt(commit: string, file: string): Promise<string | undefined> {
  const { code, stdout } = await git("show", `${commit}:./${file}`);
  return code === 0 ? stdout : undefined;
}

async function git(...args: string[]) {
  return await run("git", args, { cwd: repository, allowFailure: true });
}
