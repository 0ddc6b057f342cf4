import assert from "node:assert/strict";
import { reading, TestServer } from "../../../../../support/pachyderm-server";

describe("the jobs of the sandbox's Pachyderm", () => {
  const pachyderm = new TestServer();
  beforeEach(async () => {
    await pachyderm.start();
    await pachyderm.createRepo("in");
    await pachyderm.createPipeline(reading("up", "in"));
    await pachyderm.createPipeline(reading("down", "up"));
    pachyderm.wait(10_000);
  });
  afterEach(() => pachyderm.server.close());

  it("are created by a finished commit in all pipelines downstream, one after another", async () => {
    await pachyderm.commit("in");
    assert.equal((await pachyderm.jobsOf("up")).length, 2);
    pachyderm.wait(600);
    assert.equal((await pachyderm.jobsOf("up"))[0], "JOB_RUNNING 1");
    // it waits for its input
    assert.equal((await pachyderm.jobsOf("down"))[0], "JOB_STARTING 1");
    pachyderm.wait(1000);
    assert.equal((await pachyderm.jobsOf("up"))[0], "JOB_SUCCESS 1");
    assert.equal((await pachyderm.jobsOf("down"))[0], "JOB_RUNNING 1");
    pachyderm.wait(1000);
    assert.equal((await pachyderm.jobsOf("down"))[0], "JOB_SUCCESS 1");
    assert.equal((await pachyderm.inspectPipeline("down")).lastJobState, "JOB_SUCCESS");
  });

  it("are killed by an update, which creates a new one; finished jobs do not change", async () => {
    await pachyderm.commit("in");
    pachyderm.wait(500);
    await pachyderm.createPipeline(reading("up", "in"), true);
    assert.deepEqual(await pachyderm.jobsOf("up"), [
      "JOB_CREATED 2",
      "JOB_KILLED 1",
      "JOB_SUCCESS 1",
    ]);
  });

  it("are not created for a stopped pipeline", async () => {
    await pachyderm.call("pps_v2.API/StopPipeline", { pipeline: { name: "up" } });
    await pachyderm.commit("in");
    assert.equal((await pachyderm.jobsOf("up")).length, 1);
  });

  it("can be filtered by jq; unsupported jq is refused", async () => {
    await pachyderm.commit("in");
    const unfinished = 'select(.state != "JOB_SUCCESS" and (.state == "JOB_KILLED" | not))';
    assert.deepEqual(await pachyderm.jobsOf("up", unfinished), ["JOB_CREATED 1"]);
    const answer = await pachyderm.send("pps_v2.API/ListJob", { jqFilter: "map(.state)" });
    assert.equal(answer.status, 500);
    assert.match(answer.body.error.message, /does not support this jq filter: map/);
  });
});
