import assert from "node:assert/strict";
import { InitFailed } from "../../../../../providers/kit/handler";
import type { ValueMap } from "../../../../../providers/kit/values";
import { Deadline } from "../../../../../providers/pachyderm/plugin/api/deadline";
import type { Pachyderm } from "../../../../../sandbox/stand-ins/pachyderm/server";
import { ManagedResource } from "../../../../support/managed-resource";
import { type PachydermTarget, startTarget } from "../../../../support/pachyderm-target";

describe("operations on a slow Pachyderm", () => {
  let target: PachydermTarget;
  let server: Pachyderm;
  let input: string;

  before(async () => {
    target = await startTarget({ patienceMs: 50, alwaysStandIn: true });
    server = target.standIn as Pachyderm;
  });
  after(() => target.close());
  beforeEach(async () => {
    input = await target.makeRepo();
    server.requests.length = 0;
  });
  afterEach(() => {
    server.clearFaults();
    return target.cleanUp();
  });

  function resource(type: string, plugin = target.plugin): ManagedResource {
    const name = target.freshName(type.toLowerCase());
    if (type === "Pipeline") target.ownPipeline(name);
    if (type === "Repo") target.ownRepo(name);
    if (type === "Project") target.ownProject(name);
    return new ManagedResource(plugin, `pachyderm:index:${type}`, name);
  }

  function inputs({ name, type }: ManagedResource, spec: ValueMap = {}): ValueMap {
    if (!type.endsWith("Pipeline")) return { name };
    const pfs = { repo: input, glob: "/" };
    const transform = { image: "alpine:3", cmd: ["true"] };
    return { spec: { pipeline: { name }, input: { pfs }, transform, ...spec } };
  }

  function sent(rpc: string): number {
    return server.requests.filter((request) => request.rpc.endsWith(rpc)).length;
  }

  const inspect = (name: string) => target.api.inspectPipeline({ project: "default", name });

  it("last minutes by default", () => {
    const seconds = (operation: "create" | "update" | "delete") =>
      new Deadline(operation, undefined).seconds;
    assert.deepEqual([seconds("create"), seconds("update"), seconds("delete")], [300, 300, 600]);
    assert.equal(new Deadline("delete", 1800).seconds, 1800);
  });

  for (const type of ["Pipeline", "Repo", "Project"]) {
    it(`wait for the deletion of a ${type.toLowerCase()} and send it once`, async () => {
      const thing = resource(type);
      await thing.up(inputs(thing));
      // longer than retries to an unreachable server would take
      server.failNext({ rpc: `Delete${type}`, mode: { workMs: 150 } });
      await thing.destroy(5);
      assert.equal(sent(`Delete${type}`), 1);
    });

    it(`end the deletion of a ${type.toLowerCase()} at customTimeouts, and say what to increase`, async () => {
      const thing = resource(type);
      await thing.up(inputs(thing));
      server.failNext({ rpc: `Delete${type}`, mode: { workMs: 5_000 } });
      await assert.rejects(thing.destroy(0.4), (error: Error) => {
        assert.match(
          error.message,
          new RegExp(
            `^${type.toLowerCase()} \\S*${thing.name} was not deleted: Pachyderm at http:\\S+ did ` +
              `not finish \\S+Delete${type} within 0.4 s. To allow more time, increase ` +
              "customTimeouts.delete of the resource and run `pulumi up`",
          ),
        );
        assert.doesNotMatch(error.message, /deleteUnreachable|connect/);
        return true;
      });
      assert.equal(sent(`Delete${type}`), 1);
      await thing.destroy();
      assert.equal(await thing.refresh().catch(() => false), false);
    });
  }

  it("start a pipeline again that its deletion stopped before the timeout", async () => {
    const pipeline = resource("Pipeline");
    await pipeline.up(inputs(pipeline));
    server.failNext({ rpc: "DeletePipeline", mode: { workMs: 5_000 } });
    await assert.rejects(pipeline.destroy(0.4), /It was started again$/);
    assert.equal((await inspect(pipeline.name))?.stopped, false);
  });

  it("start a pipeline again when the connection breaks permanently during its deletion", async () => {
    const pipeline = resource("Pipeline");
    await pipeline.up(inputs(pipeline));
    server.failNext({ rpc: "DeletePipeline", times: 20, mode: "close-before" });
    server.failNext({ rpc: "InspectPipeline", after: 1, mode: { delayMs: 100 } });
    const destroyed = pipeline.destroy();
    while (sent("DeletePipeline") === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await target.stopPipeline(pipeline.name); // what the interrupted deletion has done
    await assert.rejects(destroyed, /the connection to .* broke.* It was started again$/);
    server.clearFaults();
    assert.equal((await inspect(pipeline.name))?.stopped, false);
  });

  it("succeed when the pipeline is gone after all", async () => {
    const pipeline = resource("Pipeline");
    await pipeline.up(inputs(pipeline));
    server.failNext({ rpc: "DeletePipeline", mode: { workMs: 5_000 } });
    server.failNext({ rpc: "InspectPipeline", after: 1, mode: { delayMs: 100 } });
    const destroyed = pipeline.destroy(0.4);
    while (sent("DeletePipeline") === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 410));
    const ref = { project: "default", name: pipeline.name };
    await target.api.deletePipeline(ref, { keepRepo: false, force: false });
    await destroyed;
  });

  it("keep resources of a slow server, even with deleteUnreachable", async () => {
    const plugin = await target.connect({ deleteUnreachable: "true" });
    const pipeline = resource("Pipeline", plugin);
    await pipeline.up(inputs(pipeline));
    server.failNext({ rpc: "DeletePipeline", mode: { workMs: 5_000 } });
    await assert.rejects(pipeline.destroy(0.4), /did not finish .*DeletePipeline/);
    assert.notEqual(await inspect(pipeline.name), undefined);
    // a connection that breaks off was established: the server exists
    server.failNext({ rpc: "DeletePipeline", times: 20, mode: "close-before" });
    await assert.rejects(pipeline.destroy(5), /was not deleted: the connection to .* broke/);
    server.clearFaults();
    await pipeline.destroy();
  });

  it("keep a pipeline in the state whose create or update takes too long, and resolve it later", async () => {
    const pipeline = resource("Pipeline");
    server.failNext({ rpc: "CreatePipelineV2", mode: { workMs: 5_000 } });
    await assert.rejects(pipeline.up(inputs(pipeline), 0.4), (error: Error) => {
      assert.ok(error instanceof InitFailed);
      assert.match(error.message, /increase customTimeouts.create of the resource/);
      return true;
    });
    assert.equal(sent("CreatePipelineV2"), 1);
    assert.equal(await pipeline.up(inputs(pipeline)), "update");
    server.failNext({ rpc: "CreatePipelineV2", mode: { workMs: 5_000 } });
    const changed = inputs(pipeline, { description: "changed" });
    await assert.rejects(
      pipeline.up(changed, 0.4),
      /increase customTimeouts.update of the resource/,
    );
    assert.equal(await pipeline.up(changed), "update");
    assert.equal(Number((await inspect(pipeline.name))?.version), 2);
  });

  it("end the update of a repo at customTimeouts", async () => {
    const repo = resource("Repo");
    await repo.up(inputs(repo));
    server.failNext({ rpc: "CreateRepo", mode: { workMs: 5_000 } });
    await assert.rejects(
      repo.up({ name: repo.name, description: "slow" }, 0.4),
      /increase customTimeouts.update of the resource/,
    );
  });
});
