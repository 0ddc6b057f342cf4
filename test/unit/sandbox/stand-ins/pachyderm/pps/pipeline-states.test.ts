import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reading, TestServer } from "../../../../../support/pachyderm-server";

describe("a pipeline of the sandbox's Pachyderm", () => {
  const pachyderm = new TestServer();
  beforeEach(async () => {
    await pachyderm.start();
    await pachyderm.createRepo("in");
  });
  afterEach(() => pachyderm.server.close());

  const operate = (method: string, more: object = {}) =>
    pachyderm.send(`pps_v2.API/${method}`, { pipeline: { name: "p" }, ...more });

  it("is starting until its workers are ready", async () => {
    await pachyderm.createPipeline(reading("p", "in"));
    pachyderm.wait(999);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_STARTING");
    pachyderm.wait(1);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_RUNNING");
  });

  it("is paused some time after a stop, and restarts before it runs again", async () => {
    await pachyderm.createPipeline(reading("p", "in"));
    pachyderm.wait(5000);
    await operate("StopPipeline");
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_RUNNING");
    pachyderm.wait(1000);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_PAUSED");
    await operate("StartPipeline");
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_PAUSED");
    pachyderm.wait(200);
    const restarting = await pachyderm.inspectPipeline("p");
    assert.equal(restarting.state, "PIPELINE_RESTARTING");
    assert.equal(restarting.reason, "could not get RC.");
    pachyderm.wait(800);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_RUNNING");
  });

  it("is paused again after an update of a stopped pipeline", async () => {
    await pachyderm.createPipeline(reading("p", "in"));
    await operate("StopPipeline");
    await pachyderm.createPipeline(reading("p", "in"), true);
    pachyderm.wait(5000);
    const { state, stopped, version } = await pachyderm.inspectPipeline("p");
    assert.deepEqual(
      { state, stopped, version },
      { state: "PIPELINE_PAUSED", stopped: true, version: "2" },
    );
  });

  it("fails when the pod patch cannot be applied, until an update", async () => {
    const podPatch = JSON.stringify([{ op: "remove", path: "/nope" }]);
    await pachyderm.createPipeline(reading("p", "in", { podPatch }));
    pachyderm.wait(1000);
    const failed = await pachyderm.inspectPipeline("p");
    assert.equal(failed.state, "PIPELINE_FAILURE");
    assert.match(failed.reason, /doc is missing path: "\/nope"/);
    assert.deepEqual(await pachyderm.jobsOf("p"), ["JOB_KILLED 1"]);
    await operate("StopPipeline");
    await operate("StartPipeline");
    pachyderm.wait(5000);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_FAILURE");
    await pachyderm.createPipeline(reading("p", "in"), true);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_STARTING");
    pachyderm.wait(1000);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_RUNNING");
  });

  it("runs with the pod patch of the second use case", async () => {
    const golden = join(__dirname, "../../../../../fixtures/golden/finbert-train.json");
    const { pod_patch: podPatch } = JSON.parse(readFileSync(golden, "utf8"));
    assert.equal(typeof podPatch, "string");
    await pachyderm.createPipeline(reading("p", "in", { podPatch }));
    pachyderm.wait(1000);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_RUNNING");
  });

  for (const [what, more] of Object.entries({
    "an uptime limit without autoscaling": { maximumExpectedUptime: "60s" },
    "a spout that is a service, too": { spout: { service: {} }, service: {} },
  }))
    it(`fails with ${what}, although the server accepts it`, async () => {
      await pachyderm.createPipeline(reading("p", "in", more));
      pachyderm.wait(1000);
      assert.equal(await pachyderm.stateOf("p"), "PIPELINE_FAILURE");
    });

  it("is in standby when it scales to zero and has nothing to do", async () => {
    await pachyderm.createPipeline(reading("p", "in", { autoscaling: true }));
    pachyderm.wait(1500);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_RUNNING");
    pachyderm.wait(2000);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_STANDBY");
    await pachyderm.commit("in");
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_RUNNING");
  });

  it("stays in a state that a test sets, until an update", async () => {
    await pachyderm.createPipeline(reading("p", "in"));
    pachyderm.server.setPipelineState("default/p", "PIPELINE_CRASHING", "image can't be pulled");
    pachyderm.wait(60_000);
    const { state, reason } = await pachyderm.inspectPipeline("p");
    assert.deepEqual(
      { state, reason },
      { state: "PIPELINE_CRASHING", reason: "image can't be pulled" },
    );
    await pachyderm.createPipeline(reading("p", "in"), true);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_STARTING");
  });

  it("is paused by a delete that its readers prevent, and is deleted by force", async () => {
    await pachyderm.createPipeline(reading("p", "in"));
    await pachyderm.createPipeline(reading("down", "p"));
    const refused = await operate("DeletePipeline");
    assert.equal(refused.status, 500);
    assert.match(refused.body.message, /direct provenance of \[default\/down@master/);
    pachyderm.wait(1000);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_PAUSED");
    assert.equal((await operate("DeletePipeline", { force: true })).status, 200);
    assert.equal((await operate("InspectPipeline")).status, 404);
  });

  it("creates the repo of a cron input and deletes it later, even if its own repo is kept", async () => {
    const repos = async () =>
      (await pachyderm.call("pfs_v2.API/ListRepo", { type: "user" })).map(
        ({ result }: { result: { repo: { name: string } } }) => result.repo.name,
      );
    const input = { cron: { name: "tick", spec: "@daily" } };
    await pachyderm.createPipeline({ ...reading("p", "in"), input });
    assert.deepEqual((await repos()).sort(), ["in", "p", "p_tick"]);
    await operate("DeletePipeline", { keepRepo: true });
    assert.deepEqual((await repos()).sort(), ["in", "p"]);
  });

  it("that shares the repo of its cron input with another one can be deleted only by force", async () => {
    const input = { cron: { name: "tick", spec: "@daily", repo: "ticks" } };
    await pachyderm.createPipeline({ ...reading("p", "in"), input });
    await pachyderm.createPipeline({ ...reading("q", "in"), input });
    const refused = await operate("DeletePipeline");
    assert.equal(refused.status, 500);
    assert.match(
      refused.body.message,
      /default\/ticks@master.*direct provenance of \[default\/q@master/,
    );
    assert.equal((await operate("DeletePipeline", { force: true })).status, 200);
  });
});
