import assert from "node:assert/strict";
import {
  type IsAncestor,
  refuseOlder,
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
const isAncestor: IsAncestor = async (older, newer) =>
  ANCESTORS[older] && ANCESTORS[newer]?.includes(older);

describe("a commit that is older than the deployed one", () => {
  it("is refused, with both named", async () => {
    assert.equal(
      await refuseOlder("c1", [update("c2")], isAncestor),
      "commit c1 is older than c2, which was deployed last: deploy the newest commit, or revert on the branch",
    );
  });

  it("is measured by the last update that succeeded", async () => {
    const history = [
      update("c3", { result: "failed" }),
      update("c3", { kind: "refresh" }),
      update("c1"),
    ];
    assert.equal(await refuseOlder("c2", history, isAncestor), undefined);
  });

  it("lets the same commit, a newer one, one of another branch and a first update pass", async () => {
    assert.equal(await refuseOlder("c2", [update("c2")], isAncestor), undefined);
    assert.equal(await refuseOlder("c3", [update("c2")], isAncestor), undefined);
    assert.equal(await refuseOlder("b1", [update("c3")], isAncestor), undefined);
    assert.equal(await refuseOlder("c1", [], isAncestor), undefined);
    assert.equal(
      await refuseOlder("c1", [update("c2", { environment: {} })], isAncestor),
      undefined,
    );
  });

  it("says how to tell where the checkout lacks the deployed commit", async () => {
    assert.match(
      (await refuseOlder("c2", [update("f00")], isAncestor)) ?? "",
      /commit f00, which was deployed last, is not in this checkout.*fetch-depth: 0/,
    );
  });
});
