import assert from "node:assert/strict";
import { InitFailed } from "../../../../../providers/kit/handler";
import type { ValueMap } from "../../../../../providers/kit/values";
import type { Pachyderm } from "../../../../../sandbox/stand-ins/pachyderm/server";
import { ManagedResource } from "../../../../support/managed-resource";
import { type PachydermTarget, startTarget } from "../../../../support/pachyderm-target";

const CREATE = "CreatePipelineV2";
const INSPECT = "InspectPipeline";

describe("a pipeline while the connection to Pachyderm breaks", () => {
  let target: PachydermTarget;
  let server: Pachyderm;
  let input: string;

  before(async () => {
    // these outages are created on purpose, which a real server should not be exposed to
    target = await startTarget({ patienceMs: 500, alwaysStandIn: true });
    server = target.standIn as Pachyderm;
  });
  after(() => target.close());
  beforeEach(async () => {
    input = await target.makeRepo();
  });
  afterEach(() => target.cleanUp());

  function pipeline(): ManagedResource {
    const name = target.freshName("pipeline");
    target.ownPipeline(name);
    return new ManagedResource(target.plugin, "pachyderm:index:Pipeline", name);
  }

  function inputs(resource: ManagedResource, spec: ValueMap = {}, more: ValueMap = {}): ValueMap {
    return {
      spec: {
        pipeline: { name: resource.name },
        input: { pfs: { repo: input, glob: "/" } },
        transform: { image: "alpine:3", cmd: ["true"] },
        ...spec,
      },
      ...more,
    };
  }

  async function version(resource: ManagedResource): Promise<number | undefined> {
    const live = await target.api.inspectPipeline({ project: "default", name: resource.name });
    return live && Number(live.version);
  }

  it("is created once when the response to its create is lost", async () => {
    const resource = pipeline();
    server.failNext({ rpc: CREATE, mode: "close-after" });
    assert.equal(await resource.up(inputs(resource)), "create");
    assert.equal(await version(resource), 1);
  });

  it("is created by a retry when its first create never arrived", async () => {
    const resource = pipeline();
    server.failNext({ rpc: CREATE, mode: "close-before" });
    await resource.up(inputs(resource));
    assert.equal(await version(resource), 1);
  });

  it("is updated once when the response to its update is lost, and updated when it never arrived", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    server.failNext({ rpc: CREATE, mode: "close-after" });
    await resource.up(inputs(resource, { description: "a" }));
    assert.equal(await version(resource), 2);
    server.failNext({ rpc: CREATE, mode: "close-before" });
    await resource.up(inputs(resource, { description: "b" }));
    assert.equal(await version(resource), 3);
  });

  it(
    "stays in the state when it is unknown whether it was created, and the next up resolves " +
      "that",
    async () => {
      for (const mode of ["close-after", "close-before"] as const) {
        const resource = pipeline();
        server.failNext({ rpc: CREATE, mode });
        server.failNext({ rpc: INSPECT, after: 1, times: 1000, mode: "close-before" });
        await assert.rejects(resource.up(inputs(resource)), (error) => {
          assert.ok(error instanceof InitFailed);
          assert.match(error.message, /it is unknown whether the change was made/);
          return true;
        });
        server.clearFaults();
        assert.equal(resource.id, `default/${resource.name}`);
        assert.equal(await resource.up(inputs(resource)), "update");
        assert.equal(await version(resource), 1);
        assert.equal(await resource.up(inputs(resource)), "same");
      }
    },
  );

  it("restarts once when the outcome of a restart was unclear", async () => {
    for (const mode of ["close-after", "close-before"] as const) {
      const resource = pipeline();
      await resource.up(inputs(resource, {}, { restartTriggers: { k: "a" } }));
      const next = inputs(resource, {}, { restartTriggers: { k: "b" } });
      server.failNext({ rpc: CREATE, mode });
      server.failNext({ rpc: INSPECT, after: 1, times: 1000, mode: "close-before" });
      await assert.rejects(resource.up(next), InitFailed);
      server.clearFaults();
      await resource.up(next);
      assert.equal(await version(resource), 2);
    }
  });

  it("waits for the server when it restarts while the workers start", async () => {
    const resource = pipeline();
    server.failNext({ rpc: INSPECT, after: 1, mode: { status: 503, code: 14 } });
    await resource.up(inputs(resource));
    assert.equal(resource.state.state, "PIPELINE_RUNNING");
  });

  it("is created once when Pachyderm's proxy responds for a restarting pachd", async () => {
    for (const mode of ["proxy-before", "proxy-after"] as const) {
      const resource = pipeline();
      server.failNext({ rpc: CREATE, mode });
      server.failNext({ rpc: INSPECT, after: 1, mode: "proxy-before" });
      assert.equal(await resource.up(inputs(resource)), "create");
      assert.equal(await version(resource), 1);
    }
  });

  it("stays in the state when inspecting it fails after it was created, and is not created again", async () => {
    for (const more of [{}, { awaitReady: false }] as ValueMap[]) {
      const resource = pipeline();
      server.failNext({ rpc: INSPECT, after: 1, mode: { status: 500, code: 13, message: "oops" } });
      await assert.rejects(resource.up(inputs(resource, {}, more)), (error) => {
        assert.ok(error instanceof InitFailed);
        assert.match(error.message, /^pipeline default\/test-pipeline-\w+: oops/);
        return true;
      });
      assert.equal(resource.id, `default/${resource.name}`);
      assert.equal(typeof resource.state.clusterId, "string");
      assert.equal(await resource.up(inputs(resource, {}, more)), "update");
      assert.equal(await version(resource), 1);
    }
  });

  it("restarts once when inspecting it fails after the restart", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource, {}, { restartTriggers: { k: "a" } }));
    const next = inputs(resource, {}, { restartTriggers: { k: "b" } });
    server.failNext({ rpc: INSPECT, after: 1, mode: { status: 500, code: 13, message: "oops" } });
    await assert.rejects(resource.up(next), InitFailed);
    await resource.up(next);
    assert.equal(await version(resource), 2);
  });

  for (const awaitReady of [true, false]) {
    it(`still restarts after a refresh when the outcome of a restart was unclear, awaitReady: ${awaitReady}`, async () => {
      const resource = pipeline();
      const triggered = (k: string) => inputs(resource, {}, { restartTriggers: { k }, awaitReady });
      await resource.up(triggered("a"));
      const next = triggered("b");
      server.failNext({ rpc: CREATE, times: 100, mode: "close-before" });
      server.failNext({ rpc: INSPECT, after: 1, times: 1000, mode: "close-before" });
      await assert.rejects(resource.up(next), InitFailed);
      server.clearFaults();
      await resource.refresh();
      assert.match(resource.initErrors.join(), /it is unknown whether its last change was made/);
      await resource.up(next);
      assert.equal(await version(resource), 2);
      await resource.refresh();
      assert.deepEqual(resource.initErrors, []);
      assert.equal(await resource.up(next), "same");
    });
  }

  it("does not process its data twice when an unclear change turns out to have been applied", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource, {}, { reprocess: "1" }));
    const next = inputs(resource, {}, { reprocess: "2" });
    server.failNext({ rpc: CREATE, mode: "close-after" });
    server.failNext({ rpc: INSPECT, after: 1, times: 1000, mode: "close-before" });
    await assert.rejects(resource.up(next), InitFailed);
    server.clearFaults();
    const more = inputs(resource, { description: "changed" }, { reprocess: "2" });
    server.requests.length = 0;
    await resource.up(more);
    const sent = server.requests.filter(({ rpc }) => rpc.endsWith(CREATE));
    assert.deepEqual(
      sent.map(({ body }) => body?.reprocess),
      [false],
    );
  });

  it("is not in the state when the server refused it", async () => {
    const resource = pipeline();
    const spec = { input: { pfs: { repo: "nope", glob: "/" } } };
    await assert.rejects(resource.up(inputs(resource, spec)), {
      message: new RegExp(`^pipeline default/${resource.name}: repo default/nope not found`),
    });
    assert.equal(resource.id, "");
  });

  it("keeps its old state when the server refused an update", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    const before = structuredClone(resource.state);
    const spec = { input: { pfs: { repo: "nope", glob: "/" } } };
    await assert.rejects(resource.up(inputs(resource, spec)), /repo default\/nope not found/);
    assert.deepEqual(resource.state, before);
    assert.equal(await version(resource), 1);
  });

  it("ends the wait for crashing workers at the timeout, and repairs without another restart", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    const changed = inputs(resource, { description: "changed" });
    const key = `default/${resource.name}`;
    const crash = setInterval(
      () => server.setPipelineState(key, "PIPELINE_CRASHING", "image pull failed"),
      10,
    );
    await assert.rejects(resource.up(changed, 0.3), /PIPELINE_CRASHING: image pull failed/);
    clearInterval(crash);
    await resource.refresh();
    assert.match(resource.initErrors.join(), /PIPELINE_CRASHING/);
    server.setPipelineState(key, "PIPELINE_RUNNING");
    assert.equal(await resource.up(changed), "update");
    assert.equal(await version(resource), 2);
    assert.deepEqual(resource.initErrors, []);
  });

  it("says why the wait ended when the user cancels", async () => {
    const slow = await startTarget({ alwaysStandIn: true, pipelineMs: 3_600_000 });
    try {
      const name = slow.freshName("pipeline");
      const resource = new ManagedResource(slow.plugin, "pachyderm:index:Pipeline", name);
      const spec = { input: { pfs: { repo: await slow.makeRepo(), glob: "/" } } };
      setTimeout(() => resource.cancel(), 200);
      await assert.rejects(
        resource.up(inputs(resource, spec)),
        /cancelled while it was PIPELINE_STARTING/,
      );
      assert.equal(resource.id, `default/${name}`);
    } finally {
      await slow.close();
    }
  });

  it("is not reported as gone when the server cannot be reached", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    server.failNext({ rpc: INSPECT, times: 1000, mode: "close-before" });
    await assert.rejects(resource.refresh(), /the connection to Pachyderm at \S+ broke/);
    assert.equal(resource.id, `default/${resource.name}`);
  });
});
