import assert from "node:assert/strict";
import fc from "fast-check";
import {
  estimateTime,
  killedJobs,
  parseSeconds,
  percentile,
} from "../../../../../providers/pachyderm/change-costs/estimate";
import type { JobRow } from "../../../../../providers/pachyderm/change-costs/rows";

function job(over: Partial<JobRow>): JobRow {
  return {
    job: { id: "j" },
    pipelineVersion: "1",
    state: "JOB_SUCCESS",
    reason: "",
    dataProcessed: "2",
    dataSkipped: "0",
    dataTotal: "2",
    stats: { downloadTime: "1s", processTime: "18s", uploadTime: "1s" },
    created: "2026-01-01T00:00:00Z",
    started: "2026-01-01T00:00:01Z",
    finished: "2026-01-01T00:01:00Z",
    ...over,
  };
}
const took = (seconds: number) =>
  job({
    dataProcessed: "1",
    stats: { downloadTime: null, processTime: `${seconds}s`, uploadTime: null },
  });

describe("The estimate of a job's time", () => {
  it("is the time per datum times the number of datums per worker", () => {
    assert.deepEqual(estimateTime([job({})], { datums: 10, workers: 1 }), {
      p50Seconds: 100,
      p90Seconds: 100,
      jobs: 1,
      workers: 1,
    });
    assert.equal(estimateTime([job({})], { datums: 10, workers: 4 })?.p50Seconds, 30);
    assert.equal(estimateTime([job({})], { datums: 1, workers: 4 })?.p50Seconds, 10);
  });

  it("ranges from the median to the slow jobs", () => {
    const found = estimateTime([5, 1, 2, 3, 4].map(took), { datums: 100, workers: 10 });
    assert.deepEqual(found, { p50Seconds: 30, p90Seconds: 46, jobs: 5, workers: 10 });
  });

  it("is unknown without a successful job that processed datums", () => {
    const useless = [
      job({ state: "JOB_FAILURE" }),
      job({ state: "JOB_KILLED" }),
      job({ dataProcessed: "0" }),
      job({ stats: null }),
      job({ stats: { downloadTime: null, processTime: "soon", uploadTime: null } }),
    ];
    assert.equal(estimateTime(useless, { datums: 1, workers: 1 }), undefined);
    assert.equal(estimateTime([], { datums: 1, workers: 1 }), undefined);
    assert.equal(estimateTime([job({})], { datums: 1, workers: 0 }), undefined);
  });

  it("has percentiles that are in order and within the values", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1e6), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const sorted = values.sort((a, b) => a - b);
          const found = percentile(sorted, share);
          assert.ok(found >= (sorted[0] ?? 0) && found <= (sorted.at(-1) ?? 0));
          assert.ok(percentile(sorted, 0.5) <= percentile(sorted, 0.9));
        },
      ),
    );
  });

  it("reads durations to the nanosecond, and nothing else", () => {
    assert.equal(parseSeconds("0.072662742s"), 0.072662742);
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(999_999_999), (whole, nanos) => {
        const digits = String(nanos).padStart(9, "0");
        assert.equal(parseSeconds(`${whole}.${digits}s`), Number(`${whole}.${digits}`));
      }),
    );
    for (const text of [null, undefined, "", "1", "1m", "-", "s"])
      assert.equal(parseSeconds(text), undefined);
  });
});

describe("The jobs that a change kills", () => {
  it("are the unfinished ones, with their run time; a waiting job has none", () => {
    const jobs = [
      job({ job: { id: "waits" }, state: "JOB_CREATED", started: null }),
      job({ job: { id: "runs" }, state: "JOB_RUNNING" }),
      job({ job: { id: "egress" }, state: "JOB_EGRESSING" }),
      job({ job: { id: "done" } }),
    ];
    assert.deepEqual(killedJobs(jobs, new Date("2026-01-01T00:41:01Z")), [
      { id: "waits", state: "JOB_CREATED", seconds: 0 },
      { id: "runs", state: "JOB_RUNNING", seconds: 2460 },
      { id: "egress", state: "JOB_EGRESSING", seconds: 2460 },
    ]);
  });

  it("have no negative run time if the clock is behind the server's", () => {
    assert.equal(
      killedJobs([job({ state: "JOB_RUNNING" })], new Date("2025-01-01T00:00:00Z"))[0]?.seconds,
      0,
    );
  });
});
