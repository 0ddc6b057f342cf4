import assert from "node:assert/strict";
import type { ValueMap } from "../../../providers/kit/values";
import { UNKNOWN } from "../../../providers/kit/values";
import { ManagedResource } from "../../support/managed-resource";
import { type PachydermTarget, startTarget } from "../../support/pachyderm-target";

describe("looking for a resource on Pachyderm", function () {
  this.timeout(process.env.PACHYDERM_ADDRESS ? 60_000 : 10_000);
  let target: PachydermTarget;

  before(async () => {
    target = await startTarget();
  });
  after(() => target.close());
  afterEach(() => target.cleanUp());

  async function find(type: string, inputs: ValueMap) {
    const call = target.plugin.functions?.["pachyderm:index:findResource"];
    assert.ok(call);
    const signal = new AbortController().signal;
    const args = { type: `pachyderm:index:${type}`, inputs };
    return await call({ token: "pachyderm:index:findResource", args, signal });
  }

  it("finds a repo, but none with a different name or project", async () => {
    const name = target.freshName("repo");
    target.ownRepo(name);
    await new ManagedResource(target.plugin, "pachyderm:index:Repo", name).up({ name });
    assert.deepEqual((await find("Repo", { name })).result, { id: `default/${name}` });
    assert.deepEqual((await find("Repo", { name: `${name}-2` })).result, {});
    assert.deepEqual((await find("Repo", { name, project: "other" })).result, {});
  });

  it("finds a pipeline by its spec", async () => {
    const input = await target.makeRepo();
    const name = target.freshName("pipeline");
    target.ownPipeline(name);
    const spec = {
      pipeline: { name },
      input: { pfs: { repo: input, glob: "/" } },
      transform: { image: "alpine:3", cmd: ["true"] },
    };
    assert.deepEqual((await find("Pipeline", { spec })).result, {});
    const made = new ManagedResource(target.plugin, "pachyderm:index:Pipeline", name);
    await made.up({ spec, awaitReady: false });
    assert.deepEqual((await find("Pipeline", { spec: { pipeline: { name } } })).result, {
      id: `default/${name}`,
    });
  });

  it("finds the default project", async () => {
    assert.deepEqual((await find("Project", { name: "default" })).result, { id: "default" });
  });

  it("finds no role binding if the principal has no role, with or without auth", async () => {
    const inputs = { resourceType: "repo", repo: target.freshName("repo"), principal: "robot:r" };
    assert.deepEqual((await find("RoleBinding", inputs)).result, {});
  });

  it("finds nothing while a name is unknown", async () => {
    assert.deepEqual((await find("Repo", { name: UNKNOWN })).result, {});
  });

  it("refuses an unknown type", async () => {
    const { failures = [] } = await find("Robot", {});
    assert.match(
      failures.map(({ reason }) => reason).join(),
      /^type: expected one of .*, found "pachyderm:index:Robot"$/,
    );
  });
});
