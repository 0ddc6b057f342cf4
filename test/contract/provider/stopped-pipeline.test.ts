import assert from "node:assert/strict";
import { InitFailed } from "../../../providers/kit/handler";
import { UNKNOWN, type ValueMap } from "../../../providers/kit/values";
import { ManagedResource } from "../../support/managed-resource";
import {
  needsStandIn,
  type PachydermTarget,
  skipIf,
  startTarget,
} from "../../support/pachyderm-target";

const PIPELINE = "pachyderm:index:Pipeline";

/** The argument `stopped`, against the stand-in or the server given by PACHYDERM_ADDRESS. */
describe("a pipeline's argument stopped", function () {
  this.timeout(process.env.PACHYDERM_ADDRESS ? 120_000 : 10_000);
  let target: PachydermTarget;
  let input: string;

  before(async () => {
    target = await startTarget();
  });
  after(() => target.close());

  beforeEach(async () => {
    input = await target.makeRepo();
    target.log.messages.length = 0;
  });
  afterEach(() => target.cleanUp());

  function pipeline(name = target.freshName("pipeline")): ManagedResource {
    target.ownPipeline(name);
    return new ManagedResource(target.plugin, PIPELINE, name);
  }

  function inputs({ name }: ManagedResource, more: ValueMap = {}, spec: ValueMap = {}): ValueMap {
    return {
      spec: {
        pipeline: { name },
        input: { pfs: { repo: input, glob: "/" } },
        transform: { image: "alpine:3", cmd: ["/bin/sh"], stdin: ["true"] },
        ...spec,
      },
      ...more,
    };
  }

  const start = ({ name }: ManagedResource) =>
    target.api.startPipeline({ project: "default", name });
  async function live({ name }: ManagedResource) {
    const found = await target.api.inspectPipeline({ project: "default", name });
    assert.ok(found, `pipeline ${name} does not exist`);
    const { stopped, state, version } = found;
    return { stopped, state, version };
  }

  it("stops and starts the pipeline in place, without a new version", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    const stopped = inputs(resource, { stopped: true });
    assert.deepEqual(await resource.diff(stopped), ["add stopped"]);
    assert.equal(await resource.up(stopped), "update");
    assert.deepEqual(await live(resource), {
      stopped: true,
      state: "PIPELINE_PAUSED",
      version: "1",
    });
    assert.equal(resource.state.state, "PIPELINE_PAUSED");
    assert.equal(await resource.up(stopped), "same");

    const started = inputs(resource, { stopped: false });
    assert.deepEqual(await resource.diff(started), ["update stopped"]);
    assert.equal(await resource.up(started), "update");
    assert.deepEqual(await live(resource), {
      stopped: false,
      state: "PIPELINE_RUNNING",
      version: "1",
    });
    assert.deepEqual(target.log.takeWarnings(), []);
  });

  it("stops a pipeline when it is created, and when it is created again", async () => {
    const resource = pipeline();
    const stopped = inputs(resource, { stopped: true });
    await resource.up(stopped);
    assert.equal(resource.state.state, "PIPELINE_PAUSED");
    const ref = { project: "default", name: resource.name };
    await target.api.deletePipeline(ref, { keepRepo: false, force: false });
    await resource.up(inputs(resource, { stopped: true }, { description: "again" }));
    assert.equal((await live(resource)).stopped, true);
  });

  it("keeps the pipeline stopped through an update of its spec, without a warning", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource, { stopped: true }));
    const changed = inputs(resource, { stopped: true }, { description: "changed" });
    assert.deepEqual(await resource.diff(changed), ["add spec.description"]);
    await resource.up(changed);
    assert.deepEqual(await live(resource), {
      stopped: true,
      state: "PIPELINE_PAUSED",
      version: "2",
    });
    assert.deepEqual(target.log.takeWarnings(), []);
  });

  it("changes together with the spec", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    await resource.up(inputs(resource, { stopped: true }, { description: "one" }));
    assert.deepEqual(await live(resource), {
      stopped: true,
      state: "PIPELINE_PAUSED",
      version: "2",
    });
    await resource.up(inputs(resource, { stopped: false }, { description: "two" }));
    assert.deepEqual(await live(resource), {
      stopped: false,
      state: "PIPELINE_RUNNING",
      version: "3",
    });
  });

  it("starts the pipeline when `true` is removed, and changes nothing when `false` is removed", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource, { stopped: true }));
    assert.deepEqual(await resource.diff(inputs(resource)), ["delete stopped"]);
    await resource.up(inputs(resource));
    assert.equal((await live(resource)).stopped, false);
    await resource.up(inputs(resource, { stopped: false }));
    assert.equal(await resource.up(inputs(resource)), "same");
    await target.stopPipeline(resource.name);
    await resource.refresh();
    assert.deepEqual(await resource.diff(inputs(resource)), []);
    assert.equal((await live(resource)).stopped, true);
  });

  it("shows drift if it is set and the pipeline was started or stopped by hand", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource, { stopped: true }));
    await start(resource);
    await resource.refresh();
    assert.equal(resource.inputs.stopped, false);
    assert.deepEqual(await resource.diff(inputs(resource, { stopped: true })), ["update stopped"]);
    await resource.up(inputs(resource, { stopped: true }));
    assert.equal((await live(resource)).stopped, true);

    await resource.up(inputs(resource, { stopped: false }));
    await target.stopPipeline(resource.name);
    await resource.refresh();
    assert.equal(resource.inputs.stopped, true);
    await resource.up(inputs(resource, { stopped: false }));
    assert.equal((await live(resource)).stopped, false);
  });

  it("shows no drift if it is not set", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    await target.stopPipeline(resource.name);
    await resource.refresh();
    assert.equal("stopped" in resource.inputs, false);
    assert.deepEqual(await resource.diff(inputs(resource)), []);
  });

  it("is not set by an import, which does not change the pipeline", async () => {
    const made = pipeline();
    await made.up(inputs(made, { stopped: true }));
    const resource = new ManagedResource(target.plugin, PIPELINE, made.name);
    await resource.import(`default/${made.name}`);
    assert.equal("stopped" in resource.inputs, false);
    assert.deepEqual(await resource.diff(inputs(resource)), []);
    // the second diff after an import applies
    assert.deepEqual(await resource.diff(inputs(resource, { stopped: false })), ["add stopped"]);
    await resource.up(inputs(resource, { stopped: false }));
    assert.equal((await live(resource)).stopped, false);
  });

  it("shows as a change in a preview while it is unknown, and must be a boolean", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource, { stopped: false }));
    assert.deepEqual(await resource.diff(inputs(resource, { stopped: UNKNOWN })), [
      "update stopped",
    ]);
    await assert.rejects(resource.check(inputs(resource, { stopped: "yes" })), /^Error: stopped: /);
  });

  it("is retried by the next update when a new pipeline could not be stopped", async function () {
    skipIf(this, needsStandIn(target));
    const resource = pipeline();
    const stopped = inputs(resource, { stopped: true });
    const refusal = { status: 500, code: 2, message: "no stop today" };
    target.standIn?.failNext({ rpc: "StopPipeline", mode: refusal });
    await assert.rejects(resource.up(stopped), (error: Error) => {
      assert.ok(error instanceof InitFailed);
      assert.match(error.message, /was created, but could not be stopped: .*no stop today/);
      return true;
    });
    assert.equal(resource.state.stopped, false);
    assert.equal(await resource.up(stopped), "update");
    assert.deepEqual(await live(resource), {
      stopped: true,
      state: "PIPELINE_PAUSED",
      version: "1",
    });
  });

  it("is retried by the next update when the pipeline could not be started, also after a refresh", async function () {
    skipIf(this, needsStandIn(target));
    const refusal = { status: 500, code: 2, message: "no start today" };
    const nexts: ValueMap[] = [{ stopped: false }, {}];
    for (const next of nexts) {
      const resource = pipeline();
      await resource.up(inputs(resource, { stopped: true }));
      const started = inputs(resource, next, { description: "new" });
      target.standIn?.failNext({ rpc: "StartPipeline", mode: refusal });
      await assert.rejects(resource.up(started), /could not be started: .*no start today/);
      const { stopped, version } = await live(resource);
      assert.deepEqual({ stopped, version }, { stopped: true, version: "2" });
      await resource.refresh();
      assert.equal(await resource.up(started), "update");
      assert.deepEqual(await live(resource), {
        stopped: false,
        state: "PIPELINE_RUNNING",
        version: "2",
      });
    }
  });

  it("changes nothing if the stop is refused, and is undone if the new spec is refused", async function () {
    skipIf(this, needsStandIn(target));
    const resource = pipeline();
    await resource.up(inputs(resource));
    const changed = inputs(resource, { stopped: true }, { description: "new" });
    const refusal = { status: 500, code: 2, message: "not today" };
    target.standIn?.failNext({ rpc: "StopPipeline", mode: refusal });
    await assert.rejects(resource.up(changed), /could not be stopped: .*not today/);
    target.standIn?.failNext({ rpc: "CreatePipelineV2", mode: refusal });
    await assert.rejects(resource.up(changed), /not today.*\. It was started again$/);
    const { stopped, version } = await live(resource);
    assert.deepEqual({ stopped, version }, { stopped: false, version: "1" });
    assert.equal("stopped" in resource.inputs, false);
    await resource.up(changed);
    assert.equal((await live(resource)).stopped, true);
  });
});
