import assert from "node:assert/strict";
import { UNKNOWN, type ValueMap } from "../../../providers/kit/values";
import { parseAddress } from "../../../providers/pachyderm/plugin/api/address";
import { Client } from "../../../providers/pachyderm/plugin/api/client";
import { ManagedResource } from "../../support/managed-resource";
import { type PachydermTarget, skipIf, startTarget } from "../../support/pachyderm-target";

const BRANCH = "pachyderm:index:Branch";

describe("a branch on Pachyderm", function () {
  this.timeout(process.env.PACHYDERM_ADDRESS ? 120_000 : 10_000);
  let target: PachydermTarget;
  let client: Client;
  let repo: string;
  let master: string;

  before(async () => {
    target = await startTarget();
    const token = process.env.PACHYDERM_TOKEN;
    client = new Client({ address: parseAddress(target.address), ...(token && { token }) });
  });
  after(async () => {
    client.close();
    await target.close();
  });
  beforeEach(async () => {
    repo = await target.makeRepo();
    master = await commit("master");
  });
  afterEach(() => target.cleanUp());

  const branch = (name = "pr-12") => new ManagedResource(target.plugin, BRANCH, name);
  const inputs = (more: ValueMap = { fromBranch: "master" }): ValueMap => ({
    name: "pr-12",
    repo,
    ...more,
  });
  const refOf = (name: string) => ({ repo: { project: "default", name: repo }, name });
  const headOf = async (name = "pr-12") =>
    (await target.api.branches.inspect(refOf(name)))?.head.id;

  /** Creates an empty commit on a branch of the repo, and returns its id. */
  async function commit(name: string): Promise<string> {
    const of = { project: { name: "default" }, name: repo, type: "user" };
    const made = await client.call<{ id: string }>("pfs_v2.API/StartCommit", {
      branch: { repo: of, name },
    });
    await client.call("pfs_v2.API/FinishCommit", { commit: { repo: of, id: made.id } });
    return made.id;
  }

  /** A pipeline that reads a branch. */
  async function reader(of = "pr-12"): Promise<string> {
    const name = target.freshName("reader");
    target.ownPipeline(name);
    await target.api.createPipeline(
      JSON.stringify({
        pipeline: { name },
        input: { pfs: { repo, branch: of, glob: "/" } },
        transform: { image: "alpine:3", cmd: ["true"] },
      }),
    );
    return name;
  }

  async function countJobs(pipeline: string): Promise<number> {
    const jobs = await target.api.jobs.list({
      pipeline: { project: "default", name: pipeline },
      allVersions: true,
    });
    return jobs?.length ?? 0;
  }

  const notes = () => target.log.messages.map(({ message }) => message);

  it("starts at the head of another branch, and does not move with it", async () => {
    const resource = branch();
    assert.equal(await resource.up(inputs()), "create");
    assert.equal(resource.id, `default/${repo}@pr-12`);
    assert.equal(resource.state.head, master);
    assert.equal(resource.state.project, "default");
    assert.equal(resource.state.clusterId, await target.api.clusterId());
    await commit("master");
    assert.equal(await headOf(), master);
    assert.equal(await resource.refresh(), true);
    assert.deepEqual(resource.inputs, inputs());
    assert.equal(await resource.up(inputs()), "same");
  });

  it("starts at a commit, or empty", async () => {
    await commit("master");
    const pinned = branch();
    await pinned.up(inputs({ commit: master }));
    assert.equal(await headOf(), master);
    const empty = branch("empty");
    await empty.up({ name: "empty", repo });
    assert.equal(await headOf("empty"), empty.state.head);
    assert.notEqual(empty.state.head, master);
  });

  it("is not created by a preview, which knows the commit only if the program sets it", async () => {
    const resource = branch();
    assert.equal((await resource.preview(inputs())).head, UNKNOWN);
    assert.equal((await resource.preview(inputs({ commit: master }))).head, master);
    assert.equal((await resource.preview(inputs({ commit: UNKNOWN }))).head, UNKNOWN);
    assert.equal(await headOf(), undefined);
  });

  it("moves in place: its readers get one job, and none for a move to the same commit", async () => {
    const resource = branch();
    await resource.up(inputs({ commit: master }));
    const pipeline = await reader();
    const before = await countJobs(pipeline);
    const next = await commit("master");
    assert.equal(await countJobs(pipeline), before, "a commit to master does not affect it");
    assert.deepEqual(await resource.diff(inputs({ commit: next })), ["update commit"]);
    assert.equal(await resource.up(inputs({ commit: next })), "update");
    assert.equal(await headOf(), next);
    assert.equal(await countJobs(pipeline), before + 1);
    // at the head of master, which is the same commit
    assert.equal(await resource.up(inputs()), "update");
    assert.equal(await headOf(), next);
    assert.equal(await countJobs(pipeline), before + 1);
  });

  it("shows in a preview which pipelines get a job", async () => {
    const resource = branch();
    await resource.up(inputs({ commit: master }));
    const pipeline = await reader();
    const next = await commit("master");
    const jobs = await countJobs(pipeline);
    const state = await resource.preview(inputs({ commit: next }));
    assert.equal(state.head, next);
    assert.ok(
      notes().includes(
        `default/${pipeline} gets one job, because branch default/${repo}@pr-12 moves to commit ${next}`,
      ),
      notes().join("\n"),
    );
    assert.equal(await headOf(), master);
    assert.equal(await countJobs(pipeline), jobs);
  });

  it("shows in a preview that others moved it away from its commit, and moves it back", async () => {
    const resource = branch();
    await resource.up(inputs({ commit: master }));
    const theirs = await commit("pr-12");
    await resource.refresh();
    assert.deepEqual(resource.inputs, inputs({ commit: theirs }));
    assert.equal(await resource.up(inputs({ commit: master })), "update");
    assert.equal(await headOf(), master);
  });

  it("keeps commits that others add to a branch with fromBranch", async () => {
    const resource = branch();
    await resource.up(inputs());
    const theirs = await commit("pr-12");
    await resource.refresh();
    assert.equal(resource.state.head, theirs);
    assert.equal(await resource.up(inputs()), "same");
    assert.equal(await headOf(), theirs);
  });

  it("is replaced when its name, repo or project changes", async () => {
    const resource = branch();
    await resource.up(inputs());
    assert.deepEqual(await resource.diff({ ...inputs(), name: "pr-13" }), [
      "update name (replace)",
    ]);
    assert.deepEqual(await resource.diff({ ...inputs(), repo: "x" }), ["update repo (replace)"]);
    assert.deepEqual(await resource.diff({ ...inputs(), project: "x" }), [
      "update project (replace)",
    ]);
    assert.deepEqual(await resource.diff({ ...inputs(), project: "default" }), []);
    assert.deepEqual(await resource.diff({ ...inputs(), repo: UNKNOWN }), ["update repo"]);
  });

  it("fails if it already exists, also in a preview, and says how to import it", async () => {
    const theirs = await commit("pr-12");
    const resource = branch();
    const message =
      `branch default/${repo}@pr-12 already exists. To adopt it, set the option \`import: ` +
      `"default/${repo}@pr-12"\` on the resource "pr-12" for one \`pulumi up\``;
    await assert.rejects(resource.preview(inputs()), { message });
    await assert.rejects(resource.up(inputs()), { message });
    assert.equal(await headOf(), theirs);
  });

  it("is imported at its commit: only another commit moves it", async () => {
    const theirs = await commit("pr-12");
    const resource = branch();
    await resource.import(`default/${repo}@pr-12`);
    assert.deepEqual(resource.inputs, { name: "pr-12", repo, project: "default" });
    assert.deepEqual(await resource.diff(inputs({})), []);
    assert.deepEqual(await resource.diff(inputs({ commit: theirs })), []);
    assert.deepEqual(await resource.diff(inputs({ commit: master })), ["add commit"]);
    assert.equal(await resource.up(inputs()), "same");
    assert.equal(await headOf(), theirs);
    assert.deepEqual(await resource.diff(inputs({ fromBranch: "other" })), ["update fromBranch"]);
  });

  it("is found by its name and repo", async () => {
    const call = target.plugin.functions?.["pachyderm:index:findResource"];
    const find = async (args: ValueMap) => {
      const { signal } = new AbortController();
      const token = "pachyderm:index:findResource";
      return (await call?.({ token, args: { type: BRANCH, inputs: args }, signal }))?.result;
    };
    assert.deepEqual(await find({ name: "master", repo }), { id: `default/${repo}@master` });
    assert.deepEqual(await find({ name: "pr-12", repo }), {});
    assert.deepEqual(await find({ name: "master", repo: UNKNOWN }), {});
  });

  it("says what to do if an imported branch does not exist or the id is not valid", async () => {
    await assert.rejects(branch().import(`default/${repo}@nope`), {
      message:
        `branch default/${repo}@nope does not exist: check its name, repo and project; to let the ` +
        "program create it, remove `import`",
    });
    await assert.rejects(branch().import(`default/${repo}`), {
      message: `"default/${repo}" is not a valid branch id: use project/repo@branch, such as default/my-repo@master`,
    });
  });

  it("refuses a commit or a branch that does not exist, also in a preview", async () => {
    const nowhere = "0".repeat(32);
    const missing = new RegExp(
      `^branch default/${repo}@pr-12: commit ${nowhere} does not exist in repo default/${repo}\\. ` +
        `To list its commits, run: pachctl list commit ${repo} --project default$`,
    );
    const pinned = inputs({ commit: nowhere });
    await assert.rejects(branch().preview(pinned), { message: missing });
    await assert.rejects(branch().up(pinned), { message: missing });
    const absent = new RegExp(`fromBranch: branch default/${repo}@mastr does not exist`);
    await assert.rejects(branch().preview(inputs({ fromBranch: "mastr" })), { message: absent });
    await assert.rejects(branch().up(inputs({ fromBranch: "mastr" })), { message: absent });
    assert.equal(await headOf(), undefined);
    const resource = branch();
    await resource.up(inputs());
    await assert.rejects(resource.up(pinned), { message: missing });
    assert.equal(await headOf(), master);
  });

  it("is not deleted while a pipeline reads it, even a stopped one, which the error names", async () => {
    const resource = branch();
    await resource.up(inputs());
    const pipeline = await reader();
    const message =
      `branch default/${repo}@pr-12 is still read by default/${pipeline}: delete that pipeline ` +
      "first, or let it read another branch";
    await assert.rejects(resource.destroy(), { message });
    await target.stopPipeline(pipeline);
    await assert.rejects(resource.destroy(), { message });
    assert.equal(await headOf(), master);
    await target.api.deletePipeline(
      { project: "default", name: pipeline },
      { keepRepo: false, force: false },
    );
    await resource.destroy();
    assert.equal(await headOf(), undefined);
  });

  it("is gone after a refresh when it was deleted by hand; deleting it again succeeds", async () => {
    const resource = branch();
    await resource.up(inputs());
    const { id, inputs: kept, state } = resource;
    await resource.destroy();
    Object.assign(resource, { id, inputs: kept, state });
    await resource.destroy();
    Object.assign(resource, { id, inputs: kept, state });
    assert.equal(await resource.refresh(), false);
  });

  it("is not touched on a different cluster", async () => {
    const resource = branch();
    await resource.up(inputs());
    resource.state = { ...resource.state, clusterId: "another" };
    const message = /was created on a different Pachyderm cluster \(id another\)/;
    await assert.rejects(resource.refresh(), { message });
    await assert.rejects(resource.up(inputs({ commit: master.replace(/./, "0") })), { message });
    await assert.rejects(resource.destroy(), { message });
    assert.equal(await headOf(), master);
  });

  it("is refused if its arguments are not valid, before anything is sent", async () => {
    const refusals: readonly (readonly [ValueMap, RegExp])[] = [
      [{ name: "a b", repo }, /^name: /],
      [{ name: "pr-12", repo: "a b" }, /^repo: /],
      [{ name: "pr-12" }, /^repo: is required$/],
      [inputs({ fromBranch: "a/b" }), /^fromBranch: /],
      [inputs({ commit: "master" }), /^commit: must be a commit's id, 32 hexadecimal digits$/],
      [inputs({ fromBranch: "pr-12" }), /^fromBranch: must not be the branch itself/],
      [
        inputs({ commit: master, fromBranch: "master" }),
        /^conflicting arguments: set either commit or fromBranch$/,
      ],
      [inputs({ head: master }), /^head: is not a valid argument/],
    ];
    for (const [wrong, message] of refusals) {
      await assert.rejects(branch().up(wrong), { message });
    }
    assert.equal(await headOf(), undefined);
  });
});

describe("a branch at a commit that does not exist", () => {
  for (const standInVersion of ["2.11.6", "2.12.0"]) {
    it(`is refused by name on ${standInVersion}, whatever the server responds`, async () => {
      const target = await startTarget({ alwaysStandIn: true, standInVersion });
      try {
        const repo = await target.makeRepo();
        const resource = new ManagedResource(target.plugin, BRANCH, "pr-12");
        const inputs = { name: "pr-12", repo, commit: "0".repeat(32) };
        const message = /commit 0{32} does not exist in repo default\//;
        await assert.rejects(resource.preview(inputs), { message });
        await assert.rejects(resource.up(inputs), { message });
      } finally {
        await target.cleanUp();
        await target.close();
      }
    });
  }
});

describe("a branch on Pachyderm with auth on", function () {
  this.timeout(process.env.PACHYDERM_ADDRESS ? 60_000 : 10_000);

  it("needs only the role repoWriter on its repo; the error names a missing permission", async function () {
    const target = await startTarget({ auth: true });
    skipIf(this, target.unsuited);
    const robot = target.freshName("robot");
    target.ownRobot(robot);
    try {
      const repo = await target.makeRepo();
      await target.api.branches.create({
        repo: { project: "default", name: repo },
        name: "master",
      });
      const bind = (role: string) =>
        target.api.auth.setRoles({ type: "REPO", name: `default/${repo}` }, `robot:${robot}`, [
          role,
        ]);
      const token = await target.api.auth.makeRobotToken(robot, 600);
      const plugin = await target.connect({ token });
      const resource = new ManagedResource(plugin, BRANCH, "pr-12");
      const inputs = { name: "pr-12", repo, fromBranch: "master" };
      await bind("repoReader");
      await assert.rejects(resource.up(inputs), {
        message: /is not authorized .* needs permissions \[REPO_CREATE_BRANCH\]/,
      });
      await bind("repoWriter");
      await resource.up(inputs);
      await bind("repoReader");
      await assert.rejects(resource.destroy(), { message: /REPO_DELETE_BRANCH/ });
      await bind("repoWriter");
      await resource.destroy();
      await plugin.close();
    } finally {
      await target.cleanUp();
      await target.close();
    }
  });
});
