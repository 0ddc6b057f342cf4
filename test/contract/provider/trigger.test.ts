import assert from "node:assert/strict";
import type { ValueMap } from "../../../providers/kit/values";
import { ManagedResource } from "../../support/managed-resource";
import { type PachydermTarget, startTarget } from "../../support/pachyderm-target";

const PIPELINE = "pachyderm:index:Pipeline";
const REPO = "pachyderm:index:Repo";

/**
 * Pachyderm refuses a trigger on a branch that does not exist, and never deletes the trigger's own
 * branch.
 */
describe("a pipeline with a trigger on Pachyderm", function () {
  this.timeout(process.env.PACHYDERM_ADDRESS ? 120_000 : 10_000);
  let target: PachydermTarget;
  let repo: ManagedResource;

  before(async () => {
    target = await startTarget();
  });
  after(() => target.close());
  beforeEach(async () => {
    const name = target.freshName("input");
    target.ownRepo(name);
    repo = new ManagedResource(target.plugin, REPO, name);
    await repo.up({ name });
  });
  afterEach(() => target.cleanUp());

  function pipeline(name = target.freshName("triggered")): ManagedResource {
    target.ownPipeline(name);
    return new ManagedResource(target.plugin, PIPELINE, name);
  }

  function inputs({ name }: ManagedResource, pfs: ValueMap = TRIGGER): ValueMap {
    return {
      spec: {
        pipeline: { name },
        input: { pfs: { repo: repo.name, glob: "/", ...pfs } },
        transform: { image: "alpine:3", cmd: ["/bin/sh"], stdin: ["true"] },
      },
    };
  }

  const TRIGGER: ValueMap = { trigger: { branch: "master", size: "1K" } };

  async function branches(): Promise<string[]> {
    const list = await target.api.branches.list({ project: "default", name: repo.name });
    return list.map(({ branch }) => branch.name).sort();
  }

  it("is created on an empty repo, together with the branch that it follows, and leaves nothing behind", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    assert.deepEqual(await branches(), ["master", `${resource.name}-trigger-1`]);
    assert.ok(
      target.log.messages.some(({ message }) =>
        message.includes(`created the empty branch default/${repo.name}@master`),
      ),
    );
    await resource.destroy();
    assert.deepEqual(await branches(), ["master"]);
    assert.ok(
      target.log.messages.some(({ message }) =>
        message.includes(`deleted the branch default/${repo.name}@${resource.name}-trigger-1`),
      ),
    );
    await repo.destroy();
    assert.equal(await target.api.inspectRepo({ project: "default", name: repo.name }), undefined);
  });

  it("says in a preview that the branch will be created, and creates nothing", async () => {
    const resource = pipeline();
    await resource.preview(inputs(resource));
    assert.ok(
      target.log.messages.some(({ message }) =>
        /trigger follows the branch default\/\S+@master, which does not exist yet: an empty branch will be created/.test(
          message,
        ),
      ),
    );
    assert.deepEqual(await branches(), []);
  });

  it("deletes the trigger's branch when the trigger leaves the spec", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    assert.equal(await resource.up(inputs(resource, {})), "update");
    assert.deepEqual(await branches(), ["master"]);
    await resource.destroy();
    await repo.destroy();
  });

  it("keeps the branch if its trigger changes without being removed", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    await resource.up(inputs(resource, { trigger: { branch: "master", size: "2K" } }));
    assert.deepEqual(await branches(), ["master", `${resource.name}-trigger-1`]);
  });

  it("deletes the branch of a trigger that others dropped, unless another pipeline reads it", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    const reader = pipeline();
    await reader.up(inputs(reader, { branch: `${resource.name}-trigger-1` }));
    const withoutTrigger = inputs(resource, {}).spec;
    await target.api.createPipeline(JSON.stringify(withoutTrigger), { update: true });
    await resource.destroy();
    assert.deepEqual(await branches(), ["master", `${resource.name}-trigger-1`]);
    await reader.destroy();
  });

  describe("with a branch of the user's choice", () => {
    const NAMED: ValueMap = { ...TRIGGER, branch: "weekly" };

    function logged(severity: string, text: RegExp): boolean {
      return target.log.messages.some((one) => one.severity === severity && text.test(one.message));
    }

    const makeBranch = async (name: string) => {
      const ref = { project: "default", name: repo.name };
      await target.api.branches.create({ repo: ref, name });
    };

    it("leaves nothing behind that its trigger created, even after a refresh", async () => {
      const resource = pipeline();
      await resource.up(inputs(resource, NAMED));
      await resource.up({ ...inputs(resource, NAMED), restartTriggers: { k: "1" } });
      await resource.refresh();
      assert.deepEqual(await branches(), ["master", "weekly"]);
      await resource.destroy();
      assert.deepEqual(await branches(), ["master"]);
      assert.ok(
        logged("info", /^deleted the branch default\/\S+@weekly, which the pipeline's trigger/),
      );
      await repo.destroy();
    });

    it("deletes it when the trigger leaves the spec, and records one that an update adds", async () => {
      const resource = pipeline();
      await resource.up(inputs(resource, {}));
      await resource.up(inputs(resource, NAMED));
      assert.deepEqual(await branches(), ["master", "weekly"]);
      await resource.up(inputs(resource, {}));
      assert.deepEqual(await branches(), ["master"]);
    });

    it("keeps a branch that already existed, and says how to delete it", async () => {
      await makeBranch("weekly");
      const resource = pipeline();
      await resource.up(inputs(resource, NAMED));
      await resource.destroy();
      assert.deepEqual(await branches(), ["master", "weekly"]);
      const command = `pachctl delete branch ${repo.name}@weekly --force --project default`;
      assert.ok(
        logged("info", new RegExp(`@weekly of the .* did not create it\\. .*: ${command}$`)),
      );
    });

    it("keeps one that others read, or that another branch follows", async () => {
      const resource = pipeline();
      await resource.up(inputs(resource, NAMED));
      const reader = pipeline();
      await reader.up(inputs(reader, { branch: "weekly" }));
      const follower = pipeline();
      await follower.up(inputs(follower, { trigger: { branch: "weekly", commits: 2 } }));
      await resource.destroy();
      await reader.destroy();
      assert.deepEqual(await branches(), ["master", `${follower.name}-trigger-1`, "weekly"].sort());
    });

    it("does not treat an imported pipeline's branch as its own", async () => {
      const resource = pipeline();
      await resource.up(inputs(resource, NAMED));
      const again = new ManagedResource(target.plugin, PIPELINE, resource.name);
      await again.import(`default/${resource.name}`);
      await again.destroy();
      assert.deepEqual(await branches(), ["master", "weekly"]);
    });
  });

  it("names the branches and what to do when other triggers prevent a repo from being deleted", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    const at = { project: "default", name: resource.name };
    await target.api.deletePipeline(at, { keepRepo: false, force: false });
    await assert.rejects(repo.destroy(), {
      message: new RegExp(
        `^repo default/${repo.name} has branches .*: ${resource.name}-trigger-1\\. .*` +
          `pachctl delete branch ${repo.name}@${resource.name}-trigger-1 --force --project default`,
      ),
    });
  });

  it("refuses another output branch before anything is sent", async () => {
    const resource = pipeline();
    const plain = inputs(resource, {});
    await resource.up(plain);
    const changed = { spec: { ...(plain.spec as ValueMap), outputBranch: "out" } };
    await assert.rejects(resource.up(changed), {
      message: /^spec\.outputBranch: cannot be changed from "master" to "out": .* another name/,
    });
    const written = { spec: { ...(plain.spec as ValueMap), output_branch: "master" } };
    await resource.up(written);
  });
});
