import assert from "node:assert/strict";
import { costLine } from "../../../../../providers/pachyderm/change-costs/words";
import { pipelineCost } from "../../../../support/cost-reports";

const datums = (processed: number, over = {}) => ({
  processed,
  total: processed,
  vanishing: 0,
  upTo: false,
  ...over,
});
const time = (p50Seconds: number, p90Seconds: number, jobs = 9, workers = 8) => ({
  p50Seconds,
  p90Seconds,
  jobs,
  workers,
});
const killed = (...seconds: number[]) =>
  seconds.map((one, index) => ({ id: `j${index}`, state: "JOB_RUNNING", seconds: one }));

describe("A pipeline's costs in words", () => {
  it("start with the category, followed by work, time and losses", () => {
    assert.equal(
      costLine(
        pipelineCost({
          category: "reprocess",
          datums: datums(1204),
          bytes: 38e9,
          time: time(7800, 10_200),
          killedJobs: killed(2400, 60),
        }),
      ),
      "reprocess: 1,204 datums (38.0 GB), 2 h 10 min to 2 h 50 min (based on 9 jobs, 8 workers); kills 2 jobs (41 min of work)",
    );
  });

  it("use the singular for one, and a single time for equal times", () => {
    assert.equal(
      costLine(
        pipelineCost({
          category: "difference",
          datums: datums(1, { vanishing: 1 }),
          bytes: 1,
          time: time(240, 241, 1, 1),
          killedJobs: killed(0),
        }),
      ),
      "difference: 1 datum (1 B), 4 min to 4 min 1 s (based on 1 job, 1 worker), the results of 1 datum disappear; kills 1 job",
    );
    assert.match(
      costLine(pipelineCost({ category: "difference", datums: datums(2), time: time(240, 240) })),
      /2 datums, about 4 min \(based on 9 jobs/,
    );
  });

  it("say that nothing is processed, or nothing sent", () => {
    assert.equal(costLine(pipelineCost({ datums: datums(0) })), "restart: no datum is processed");
    assert.equal(
      costLine(pipelineCost({ category: "settings" })),
      "settings only, nothing is sent",
    );
    assert.equal(costLine(pipelineCost({ category: "none" })), "no change");
    assert.equal(costLine(pipelineCost({ category: "refused" })), "refused by Pachyderm");
  });

  it("say what is unknown, with the reason", () => {
    const unknown = ["no job has finished"];
    assert.equal(
      costLine(pipelineCost({ category: "reprocess", unknown })),
      "reprocess: all datums, number unknown (no job has finished)",
    );
    assert.equal(
      costLine(pipelineCost({ category: "reprocess", datums: datums(3), unknown })),
      "reprocess: 3 datums, time unknown (no job has finished)",
    );
    assert.equal(costLine(pipelineCost({ category: "difference" })), "difference: datums unknown");
  });

  it("say downstream of what, up to how much, and that it is outside the stack", () => {
    assert.equal(
      costLine(
        pipelineCost({
          category: "downstream",
          member: false,
          because: ["default/a", "default/b"],
          datums: datums(52, { upTo: true }),
          bytes: 2e9,
          effects: ["egress to gs://reports runs again"],
        }),
      ),
      "downstream of default/a, default/b, outside this stack: up to 52 datums (2.0 GB), time unknown; " +
        "egress to gs://reports runs again",
    );
  });

  it("include deleted data", () => {
    assert.equal(
      costLine(pipelineCost({ category: "delete", deletedBytes: 1.4e9 })),
      "deleted: deletes 1.4 GB of data",
    );
    assert.equal(
      costLine(pipelineCost({ category: "delete" })),
      "deleted: deletes data of unknown size",
    );
    assert.equal(costLine(pipelineCost({ category: "delete", deletedBytes: 0 })), "deleted");
  });
});
