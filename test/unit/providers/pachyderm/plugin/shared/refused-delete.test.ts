import assert from "node:assert/strict";
import {
  branchStillRead,
  deleteFollowers,
  stillRead,
} from "../../../../../../providers/pachyderm/plugin/shared/refused-delete";

const repo = { project: "team", name: "images" };
const branch = { repo, name: "pr-12" };

describe("why Pachyderm refuses a delete", () => {
  it("names the reader of a repo or pipeline, and how to delete it anyway", () => {
    assert.equal(
      stillRead("repo", repo, ["team/a"]),
      "repo team/images is still read by team/a: delete that pipeline first, or set forceDelete on the repo and run `pulumi up`",
    );
    assert.equal(
      stillRead("pipeline", repo, ["team/a", "team/b"]),
      "pipeline team/images is still read by team/a, team/b: delete those pipelines first, or set forceDelete on the pipeline and run `pulumi up`",
    );
  });

  it("names the readers of a branch, which may read another", () => {
    assert.equal(
      branchStillRead(branch, ["team/a"]),
      "branch team/images@pr-12 is still read by team/a: delete that pipeline first, or let it read another branch",
    );
    assert.equal(
      branchStillRead(branch, ["team/a", "team/b"]),
      "branch team/images@pr-12 is still read by team/a, team/b: delete those pipelines first, or let them read another branch",
    );
  });

  it("has a command for each branch that follows another", () => {
    assert.equal(
      deleteFollowers(repo, ["weekly", "daily"]),
      "If no pipeline needs them, run: pachctl delete branch images@weekly --force --project team; pachctl delete branch images@daily --force --project team",
    );
  });
});
