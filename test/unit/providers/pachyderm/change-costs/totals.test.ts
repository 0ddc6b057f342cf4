import assert from "node:assert/strict";
import fc from "fast-check";
import { totalsOf, withoutTime } from "../../../../../providers/pachyderm/change-costs/totals";
import { pipelineCost } from "../../../../support/cost-reports";

const work = (processed: number, seconds: number | null) =>
  pipelineCost({
    category: "reprocess",
    datums: { processed, total: processed, vanishing: 0, upTo: false },
    bytes: processed * 10,
    time:
      seconds === null
        ? null
        : { p50Seconds: seconds, p90Seconds: 2 * seconds, jobs: 1, workers: 1 },
  });

describe("The totals of a report", () => {
  it("of nothing are nothing", () => {
    assert.deepEqual(totalsOf([]), {
      categories: {},
      datums: 0,
      bytes: 0,
      time: { p50Seconds: 0, p90Seconds: 0 },
      killedJobs: 0,
      killedSeconds: 0,
      deletedBytes: 0,
      outside: 0,
      unknown: [],
    });
  });

  it("are the sums of all pipelines", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6))), (all) => {
        const totals = totalsOf(all.map(([processed, seconds]) => work(processed, seconds)));
        const sum = (pick: (one: readonly [number, number]) => number) =>
          all.map(pick).reduce((a, b) => a + b, 0);
        assert.equal(
          totals.datums,
          sum(([processed]) => processed),
        );
        assert.equal(totals.bytes, 10 * sum(([processed]) => processed));
        assert.deepEqual(totals.time, {
          p50Seconds: sum(([, s]) => s),
          p90Seconds: 2 * sum(([, s]) => s),
        });
      }),
    );
  });

  it("count categories, killed jobs and what is outside", () => {
    const job = { id: "j", state: "JOB_RUNNING", seconds: 30 };
    const totals = totalsOf([
      pipelineCost({ killedJobs: [job, { ...job, seconds: 12 }] }),
      pipelineCost({ category: "downstream", member: false }),
      pipelineCost({ category: "downstream", member: null }),
      pipelineCost({ category: "delete", deletedBytes: 5 }),
    ]);
    assert.deepEqual(totals.categories, { restart: 1, downstream: 2, delete: 1 });
    assert.deepEqual([totals.killedJobs, totals.killedSeconds, totals.outside], [2, 42, 1]);
    assert.equal(totals.deletedBytes, 5);
  });

  it("leave out what is not known and name it; where nothing is known they are null", () => {
    const unknown = work(5, null);
    const some = totalsOf([work(1, 2), { ...unknown, unknown: ["no job has finished"] }]);
    assert.deepEqual([some.datums, some.time?.p50Seconds], [6, 2]);
    assert.deepEqual(some.unknown, ["default/p: no job has finished"]);
    assert.equal(totalsOf([unknown]).time, null);
    const none = totalsOf([
      pipelineCost({ category: "rekeyed" }),
      pipelineCost({ category: "delete" }),
    ]);
    assert.deepEqual(
      [none.datums, none.bytes, none.time, none.deletedBytes],
      [null, null, null, null],
    );
  });

  it("a restart that processes nothing needs no time", () => {
    const idle = pipelineCost({ datums: { processed: 0, total: 3, vanishing: 0, upTo: false } });
    assert.deepEqual(totalsOf([idle]).time, { p50Seconds: 0, p90Seconds: 0 });
    assert.deepEqual(withoutTime([idle, work(1, null), work(1, 1)]).length, 1);
  });
});
