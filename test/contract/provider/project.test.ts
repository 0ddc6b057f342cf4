import assert from "node:assert/strict";
import { InitFailed } from "../../../providers/kit/handler";
import { UNKNOWN, type ValueMap } from "../../../providers/kit/values";
import { startPachyderm } from "../../../sandbox/stand-ins/pachyderm/server";
import { ManagedResource } from "../../support/managed-resource";
import {
  needsStandIn,
  type PachydermTarget,
  skipIf,
  startTarget,
} from "../../support/pachyderm-target";

const PROJECT = "pachyderm:index:Project";

for (const auth of [false, true]) {
  describe(`a project on Pachyderm with auth ${auth ? "on" : "off"}`, function () {
    this.timeout(process.env.PACHYDERM_ADDRESS ? 60_000 : 10_000);
    let target: PachydermTarget;

    before(async function () {
      target = await startTarget({ auth, patienceMs: 500 });
      skipIf(this, target.unsuited);
    });
    after(() => target.close());
    afterEach(() => target.cleanUp());

    function project(name = target.freshName("project")): ManagedResource {
      target.ownProject(name);
      return new ManagedResource(target.plugin, PROJECT, name);
    }

    function inputs(resource: ManagedResource, more: ValueMap = {}): ValueMap {
      return { name: resource.name, description: "vision team", ...more };
    }

    async function description(resource: ManagedResource): Promise<string | undefined> {
      return (await target.api.projects.inspect(resource.name))?.description;
    }

    it("is created with its description, and a second up changes nothing", async () => {
      const resource = project();
      assert.equal(await resource.up(inputs(resource)), "create");
      assert.equal(resource.id, resource.name);
      assert.equal(resource.state.clusterId, await target.api.clusterId());
      assert.equal(await description(resource), "vision team");
      assert.equal(await resource.up(inputs(resource)), "same");
    });

    it("is not created by a preview, whose outputs have its name", async () => {
      const resource = project();
      const state = await resource.preview(inputs(resource));
      assert.equal(state.name, resource.name);
      assert.equal(state.clusterId, UNKNOWN);
      assert.equal(await description(resource), undefined);
    });

    it("changes its description in place, and is replaced when its name changes", async () => {
      const resource = project();
      await resource.up(inputs(resource));
      const changed = inputs(resource, { description: "new words" });
      assert.deepEqual(await resource.diff(changed), ["update description"]);
      assert.equal(await resource.up(changed), "update");
      assert.equal(await description(resource), "new words");
      await resource.up({ name: resource.name });
      assert.equal(await description(resource), "");
      assert.deepEqual(await resource.diff({ name: "other" }), ["update name (replace)"]);
      assert.deepEqual(await resource.diff({ name: resource.name, forceDelete: true }), []);
    });

    it("fails if it already exists, also in a preview, and says how to import it", async () => {
      const first = project();
      await first.up(inputs(first));
      const second = project(first.name);
      const message =
        `project ${first.name} already exists. To adopt it, set the option \`import: ` +
        `"${first.name}"\` on the resource "${first.name}" for one \`pulumi up\``;
      await assert.rejects(second.preview(inputs(second)), { message });
      await assert.rejects(second.up(inputs(second, { description: "mine now" })), { message });
      assert.equal(await description(first), "vision team");
    });

    it("is imported with inputs that cause no change", async () => {
      const made = project();
      await made.up(inputs(made));
      const resource = project(made.name);
      await resource.import(made.name);
      assert.deepEqual(resource.inputs, inputs(made));
      assert.equal(await resource.up(inputs(resource)), "same");
      await assert.rejects(project().import("a/b"), {
        message: '"a/b" is not a valid project id: use its name, such as my-project',
      });
    });

    it("shows a description that was changed by hand, and nothing else", async () => {
      const resource = project();
      await resource.up(inputs(resource));
      await resource.refresh();
      assert.deepEqual(resource.inputs, inputs(resource));
      await target.api.projects.describe(resource.name, "theirs");
      await resource.refresh();
      assert.deepEqual(resource.inputs, inputs(resource, { description: "theirs" }));
    });

    it("is gone after a refresh when it was deleted by hand; deleting it again succeeds", async () => {
      const resource = project();
      await resource.up(inputs(resource));
      const { id, inputs: kept, state } = resource;
      await resource.destroy();
      assert.equal(await description(resource), undefined);
      Object.assign(resource, { id, inputs: kept, state });
      await resource.destroy();
      Object.assign(resource, { id, inputs: kept, state });
      assert.equal(await resource.refresh(), false);
    });

    it("is created again by an update when it was deleted by hand", async () => {
      const resource = project();
      await resource.up(inputs(resource));
      await target.api.projects.delete(resource.name);
      await resource.up(inputs(resource, { description: "back" }));
      assert.equal(await description(resource), "back");
    });

    it("is deleted only by force if it contains a repo or a pipeline", async () => {
      const resource = project();
      await resource.up(inputs(resource));
      const repo = await target.makeRepo(resource.name);
      await assert.rejects(resource.destroy(), {
        message:
          `project ${resource.name} is not empty: it contains the repo ${repo}. Delete the contents first, ` +
          "or set forceDelete on the project and run `pulumi up`",
      });
      const pipeline = { name: "reader", project: { name: resource.name } };
      const input = {
        cross: [{ pfs: { repo, glob: "/" } }, { cron: { name: "t", spec: "@never" } }],
      };
      await target.api.createPipeline(
        JSON.stringify({ pipeline, input, transform: { cmd: ["true"] } }),
      );
      await assert.rejects(
        resource.destroy(),
        /it contains the pipeline reader and the repos .*\. Delete/,
      );
      assert.equal(await description(resource), "vision team");

      await resource.up(inputs(resource, { forceDelete: true }));
      await resource.destroy();
      assert.equal(await description(resource), undefined);
      assert.equal(await target.api.inspectRepo({ project: resource.name, name: repo }), undefined);
    });

    it("lets a preview plan repos and pipelines in it before it exists", async () => {
      const resource = project();
      await resource.preview(inputs(resource));
      const repo = new ManagedResource(target.plugin, "pachyderm:index:Repo", "images");
      await repo.preview({ name: "images", project: resource.name });
      const reader = new ManagedResource(target.plugin, "pachyderm:index:Pipeline", "reader");
      await reader.preview({
        spec: {
          pipeline: { name: "reader", project: { name: resource.name } },
          input: { pfs: { repo: "images", glob: "/" } },
          transform: { cmd: ["true"] },
        },
      });
      const other = target.freshName("missing");
      await assert.rejects(repo.preview({ name: "images", project: other }), {
        message: new RegExp(`project "${other}" not found`),
      });
    });

    it("logs one warning in a preview without permission", async function () {
      skipIf(this, needsStandIn(target));
      const refusal = { status: 403, code: 7, message: "not authorized" };
      target.log.takeWarnings();
      target.standIn?.failNext({ rpc: "InspectProject", mode: refusal });
      // the warning is the plugin's own, because nothing is validated after this
      const plugin = await target.connect();
      for (const name of ["a", "b"]) {
        await new ManagedResource(plugin, PROJECT, name).preview({ name: target.freshName(name) });
      }
      await plugin.close();
      assert.deepEqual(target.log.takeWarnings(), [
        "not validated by Pachyderm: not authorized (pfs_v2.API/InspectProject returned 403)",
      ]);
    });

    it("is removed from the state when the server is permanently gone and the user asks for it", async function () {
      skipIf(this, needsStandIn(target));
      const gone = await startPachyderm();
      const plugin = await target.connect({ address: gone.address, deleteUnreachable: "true" });
      const resource = new ManagedResource(plugin, PROJECT, "p");
      await resource.up({ name: "p" });
      await gone.close();
      await resource.destroy();
      assert.equal(resource.id, "");
      assert.match(
        target.log.takeWarnings().join(),
        /^project p was removed from the state without contacting the server: /,
      );
      await plugin.close();
    });

    it(
      "is created once when the response is lost, and stays in the state when the outcome is " +
        "unknown",
      async function () {
        skipIf(this, needsStandIn(target));
        const resource = project();
        target.standIn?.failNext({ rpc: "CreateProject", mode: "close-after" });
        assert.equal(await resource.up(inputs(resource)), "create");

        const unclear = project();
        target.standIn?.failNext({ rpc: "CreateProject", mode: "close-before" });
        target.standIn?.failNext({
          rpc: "InspectProject",
          after: 1,
          times: 1000,
          mode: "close-before",
        });
        await assert.rejects(unclear.up(inputs(unclear)), InitFailed);
        target.standIn?.clearFaults();
        assert.equal(unclear.id, unclear.name);
        assert.equal(await unclear.up(inputs(unclear)), "update");
        assert.equal(await description(unclear), "vision team");
      },
    );

    it("is not touched on a different cluster", async () => {
      const resource = project();
      await resource.up(inputs(resource));
      resource.state.clusterId = "another";
      await assert.rejects(resource.refresh(), /was created on a different Pachyderm cluster/);
      await assert.rejects(resource.destroy(), /was created on a different Pachyderm cluster/);
      assert.equal(await description(resource), "vision team");
    });

    it("is refused with a bad name before anything is sent", async () => {
      for (const [name, reason] of [
        ["bad name!", /^name: must consist of/],
        ["-x", "name: must start with a letter or digit"],
        ["x".repeat(52), "name: is 52 characters long, but at most 51 are allowed"],
      ] as const) {
        await assert.rejects(project().check({ name }), { message: reason });
      }
      await assert.rejects(project().check({ name: "x", descripton: "y" }), {
        message: "descripton: is not a valid argument; did you mean description?",
      });
    });
  });
}
