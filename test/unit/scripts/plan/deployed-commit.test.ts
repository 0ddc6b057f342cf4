import assert from "node:assert/strict";
import {
  type CommitGraph,
  historyToLastSuccess,
  refuseOlder as refuse,
  type StackUpdate,
} from "../../../../scripts/plan/deployed-commit";

const update = (commit: string, more: Partial<StackUpdate> = {}): StackUpdate => ({
  kind: "update",
  result: "succeeded",
  environment: { "git.head": commit },
  ...more,
});

/** A history of commits `c1` to `c3` on main and `b1` on a branch of `c1`. */
const ANCESTORS: Readonly<Record<string, readonly string[]>> = {
  c1: [],
  c2: ["c1"],
  c3: ["c2", "c1"],
  b1: ["c1"],
};
const shallow: CommitGraph = {
  isAncestor: async (older, newer) => ANCESTORS[older] && ANCESTORS[newer]?.includes(older),
  isComplete: async () => false,
};
const refuseOlder = async (
  commit: string,
  history: readonly StackUpdate[],
  graph = shallow,
): Promise<string | undefined> => (await refuse(commit, history, graph))?.line;

describe("a commit that is older than the deployed one", () => {
  it("is refused with the names of both", async () => {
    assert.equal(
      await refuseOlder("c1", [update("c2")]),
      "commit c1 is older than c2, the last deployed one: deploy the newest commit, or revert the changes on the branch",
    );
  });

  it("is compared with the last update, even a failed one, and not with other operations", async () => {
    const history = [update("c3", { kind: "refresh" }), update("c3", { environment: {} })];
    assert.equal(await refuseOlder("c2", [...history, update("c1")]), undefined);
    const failed = [...history, update("c3", { result: "failed" }), update("c1")];
    assert.equal(
      await refuseOlder("c2", failed),
      "commit c2 is older than c3, the last deployed one (result: failed): deploy the newest commit, or revert the changes on the branch",
    );
    assert.equal(await refuseOlder("c3", failed), undefined);
  });

  it("allows the same commit, a newer one, one of another branch and a first update", async () => {
    assert.equal(await refuseOlder("c2", [update("c2")]), undefined);
    assert.equal(await refuseOlder("c3", [update("c2")]), undefined);
    assert.equal(await refuseOlder("b1", [update("c3")]), undefined);
    assert.equal(await refuseOlder("c1", []), undefined);
    assert.equal(await refuseOlder("c1", [update("c2", { environment: {} })]), undefined);
  });

  it("says how to find out if the clone lacks the deployed commit", async () => {
    assert.match(
      (await refuseOlder("c2", [update("f00")])) ?? "",
      /commit f00, the last deployed one, is not in this clone.*older: run `git fetch --unshallow origin` .*fetch-depth: 0/,
    );
  });

  it("is unknown if the clone is complete, but the deployed commit is not on any branch", async () => {
    const complete = { ...shallow, isComplete: async () => true };
    const gone = await refuse("c2", [update("f00")], complete);
    assert.ok(gone?.isUnknown);
    assert.match(
      gone.line,
      /is not in this clone.*: run `git fetch origin`, unless it is no longer on any branch$/,
    );
    assert.ok(!/unshallow|fetch-depth/.test(gone.line), gone.line);
    assert.equal((await refuse("c2", [update("f00")], shallow))?.isUnknown, false);
  });
});

describe("the history of a stack", () => {
  const reading = (history: readonly StackUpdate[]) => {
    const pages: number[] = [];
    const read = async (page: number, size: number) => {
      pages.push(page);
      return history.slice((page - 1) * size, page * size);
    };
    return { pages, read };
  };
  const failures = (count: number) =>
    Array.from({ length: count }, () => update("c2", { result: "failed" }));

  it("is read back to the last successful update, past any number of failed ones", async () => {
    const history = [...failures(120), update("c1"), ...failures(80)];
    const { pages, read } = reading(history);
    const found = await historyToLastSuccess(read);
    assert.deepEqual(pages, [1, 2, 3]);
    assert.ok(found.some(({ result }) => result === "succeeded"));
  });

  it("is read to its end if none succeeded", async () => {
    for (const [count, expected] of [
      [0, [1]],
      [50, [1, 2]],
      [70, [1, 2]],
    ] as const) {
      const { pages, read } = reading(failures(count));
      assert.equal((await historyToLastSuccess(read)).length, count);
      assert.deepEqual(pages, expected);
    }
  });
});
