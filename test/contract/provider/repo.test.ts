import assert from "node:assert/strict";
import { UNKNOWN, type ValueMap } from "../../../providers/kit/values";
import { ManagedResource } from "../../support/managed-resource";
import { type PachydermTarget, startTarget } from "../../support/pachyderm-target";

const REPO = "pachyderm:index:Repo";

describe("a repo on Pachyderm", function () {
  this.timeout(process.env.PACHYDERM_ADDRESS ? 60_000 : 10_000);
  let target: PachydermTarget;

  before(async () => {
    target = await startTarget();
  });
  after(() => target.close());
  afterEach(() => target.cleanUp());

  function repo(name = target.freshName("repo")): ManagedResource {
    target.ownRepo(name);
    return new ManagedResource(target.plugin, REPO, name);
  }

  function inputs(resource: ManagedResource, more: ValueMap = {}): ValueMap {
    return { name: resource.name, description: "raw images", ...more };
  }

  async function description(resource: ManagedResource): Promise<string | undefined> {
    const live = await target.api.inspectRepo({ project: "default", name: resource.name });
    return live?.description;
  }

  it("is created with its description, and a second up changes nothing", async () => {
    const resource = repo();
    assert.equal(await resource.up(inputs(resource)), "create");
    assert.equal(resource.id, `default/${resource.name}`);
    assert.equal(resource.state.project, "default");
    assert.equal(await description(resource), "raw images");
    assert.equal(await resource.up(inputs(resource)), "same");
  });

  it("is not created by a preview", async () => {
    const resource = repo();
    const state = await resource.preview(inputs(resource));
    assert.equal(state.name, resource.name);
    assert.equal(state.clusterId, UNKNOWN);
    assert.equal(await description(resource), undefined);
  });

  it("changes its description in place, and is replaced when its name or project changes", async () => {
    const resource = repo();
    await resource.up(inputs(resource));
    const changed = inputs(resource, { description: "new words" });
    assert.deepEqual(await resource.diff(changed), ["update description"]);
    assert.equal(await resource.up(changed), "update");
    assert.equal(await description(resource), "new words");
    assert.deepEqual(await resource.diff({ ...changed, name: "other" }), ["update name (replace)"]);
    assert.deepEqual(await resource.diff({ ...changed, project: "other" }), [
      "update project (replace)",
    ]);
    assert.deepEqual(await resource.diff({ ...changed, project: "default" }), []);
    assert.deepEqual(await resource.diff({ ...changed, forceDelete: true }), []);
  });

  it("loses its description when the program drops it", async () => {
    const resource = repo();
    await resource.up(inputs(resource));
    await resource.up({ name: resource.name });
    assert.equal(await description(resource), "");
  });

  it("fails if it already exists, also in a preview, and says how to import it", async () => {
    const first = repo();
    await first.up(inputs(first));
    const second = repo(first.name);
    const message =
      `repo default/${first.name} already exists. To adopt it, set the option \`import: ` +
      `"default/${first.name}"\` on the resource "${first.name}" for one \`pulumi up\``;
    await assert.rejects(second.preview(inputs(second)), { message });
    await assert.rejects(second.up(inputs(second, { description: "mine now" })), { message });
    assert.equal(await description(first), "raw images");
  });

  it("says what to do when a program reads or imports one that does not exist", async () => {
    const resource = repo();
    await assert.rejects(resource.import(`default/${resource.name}`), {
      message:
        `repo default/${resource.name} does not exist: check its name and project; to let ` +
        "the program create it, remove `existing` or `import`",
    });
  });

  it("is not replaced while its name is unknown", async () => {
    const resource = repo();
    await resource.up(inputs(resource));
    assert.deepEqual(await resource.diff({ ...inputs(resource), name: UNKNOWN }), ["update name"]);
  });

  it("is imported with inputs that cause no change", async () => {
    const made = repo();
    await made.up(inputs(made));
    const resource = repo(made.name);
    await resource.import(`default/${made.name}`);
    assert.deepEqual(resource.inputs, {
      name: made.name,
      project: "default",
      description: "raw images",
    });
    assert.equal(await resource.up(inputs(resource)), "same");
  });

  it("shows a description that was changed by hand, and nothing else", async () => {
    const resource = repo();
    await resource.up(inputs(resource));
    await resource.refresh();
    assert.deepEqual(resource.inputs, inputs(resource));
    await target.api.createRepo(
      { project: "default", name: resource.name },
      { description: "theirs", update: true },
    );
    await resource.refresh();
    assert.deepEqual(resource.inputs, inputs(resource, { description: "theirs" }));
  });

  it("is gone after a refresh when it was deleted by hand; deleting it again succeeds", async () => {
    const resource = repo();
    await resource.up(inputs(resource));
    const { id, inputs: kept, state } = resource;
    await resource.destroy();
    assert.equal(await description(resource), undefined);
    Object.assign(resource, { id, inputs: kept, state });
    await resource.destroy();
    Object.assign(resource, { id, inputs: kept, state });
    assert.equal(await resource.refresh(), false);
  });

  it("is not deleted while a pipeline reads it, unless forced", async () => {
    const resource = repo();
    await resource.up(inputs(resource));
    const reader = target.freshName("reader");
    target.ownPipeline(reader);
    await target.api.createPipeline(
      JSON.stringify({
        pipeline: { name: reader },
        input: { pfs: { repo: resource.name, glob: "/" } },
        transform: { cmd: ["true"] },
      }),
    );
    await assert.rejects(resource.destroy(), {
      message: new RegExp(
        `repo default/${resource.name} is still read by default/${reader}: delete that `,
      ),
    });
    assert.equal(await description(resource), "raw images");
    await resource.up(inputs(resource, { forceDelete: true }));
    await resource.destroy();
    assert.equal(await description(resource), undefined);
  });

  it("is refused with a bad name before anything is sent", async () => {
    for (const name of ["bad name!", "", "ü"]) {
      const resource = repo();
      await assert.rejects(resource.up({ name }), { message: /^name: / });
    }
    const resource = repo();
    await assert.rejects(resource.up({}), { message: "name: is required" });
    await assert.rejects(resource.up({ name: "x", descripton: "y" }), {
      message: "descripton: is not a valid argument; did you mean description?",
    });
  });
});
