import assert from "node:assert/strict";
import { reading, TestServer } from "../../../../../support/pachyderm-server";

describe("faults requested from the sandbox's Pachyderm", () => {
  const pachyderm = new TestServer();
  beforeEach(async () => {
    await pachyderm.start({ recordRequests: true });
    await pachyderm.createRepo("in");
  });
  afterEach(() => pachyderm.server.close());

  const create = () => pachyderm.sendPipeline(reading("p", "in"));
  const exists = async () =>
    (await pachyderm.send("pps_v2.API/InspectPipeline", { pipeline: { name: "p" } })).status ===
    200;

  it("break the connection before the work is done", async () => {
    pachyderm.server.failNext({ rpc: "CreatePipelineV2", mode: "close-before" });
    await assert.rejects(create(), { code: "ECONNRESET" });
    assert.equal(await exists(), false);
    assert.equal((await create()).status, 200);
  });

  it("break the connection after the work is done", async () => {
    pachyderm.server.failNext({ rpc: "CreatePipelineV2", mode: "close-after" });
    await assert.rejects(create(), { code: "ECONNRESET" });
    assert.equal(await exists(), true);
  });

  it("respond with a status, for the requested number of calls and after the requested number", async () => {
    pachyderm.server.failNext({
      rpc: "InspectPipeline",
      after: 1,
      times: 2,
      mode: { status: 503 },
    });
    const statuses = [];
    for (let call = 0; call < 4; call++)
      statuses.push(
        (await pachyderm.send("pps_v2.API/InspectPipeline", { pipeline: { name: "p" } })).status,
      );
    assert.deepEqual(statuses, [404, 503, 503, 404]);
  });

  it("leave a call hanging until they are cleared, and delay one", async () => {
    pachyderm.server.failNext({ rpc: "InspectCluster", mode: "hang" });
    const hanging = pachyderm.send("admin_v2.API/InspectCluster", {});
    pachyderm.server.failNext({ rpc: "GetVersion", mode: { delayMs: 30 } });
    const before = performance.now();
    await pachyderm.call("versionpb_v2.API/GetVersion", {});
    assert.ok(performance.now() - before >= 29);
    pachyderm.server.clearFaults();
    await assert.rejects(hanging, { code: "ECONNRESET" });
  });

  it("appear in the log of requests, with method and body", async () => {
    pachyderm.server.requests.length = 0;
    pachyderm.server.failNext({ mode: "close-before" });
    await assert.rejects(pachyderm.createRepo("other"));
    assert.deepEqual(
      pachyderm.server.requests.map(({ rpc, body }) => [rpc, body]),
      [["pfs_v2.API/CreateRepo", { repo: { name: "other", type: "user" } }]],
    );
  });

  it("include a reinstalled server", async () => {
    const id = async () => (await pachyderm.call("admin_v2.API/InspectCluster", {})).id;
    const first = await id();
    assert.equal(await id(), first);
    pachyderm.server.wipe();
    assert.notEqual(await id(), first);
    assert.deepEqual(await pachyderm.call("pfs_v2.API/ListRepo", {}), []);
  });
});
