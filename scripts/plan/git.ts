import { repository } from "../../sandbox/paths";
import { run } from "../../sandbox/runtime/run";
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

/** The commits that came to a branch after an older one, the newest first. */
export async function commitsAfter(older: string, newest: string): Promise<string[]> {
  const range = `${older}..${newest}`;
  const { code, stdout } = await git("rev-list", "--first-parent", "--max-count=100", range);
  return code === 0 ? stdout.split("\n").filter((line) => line !== "") : [];
}

async function git(...args: string[]) {
  return await run("git", args, { cwd: repository, allowFailure: true });
}
