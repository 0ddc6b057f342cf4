import assert from "node:assert/strict";
import { UNKNOWN, type ValueMap } from "../../../../../providers/kit/values";
import {
  type PredictionFacts,
  predict,
  predictDownstream,
} from "../../../../../providers/pachyderm/change-costs/predict";
import type { DatumRow, JobRow } from "../../../../../providers/pachyderm/change-costs/rows";

const SPEC: ValueMap = { input: { pfs: { repo: "in", glob: "/*" } } };
const job = (over: Partial<JobRow> = {}): JobRow => ({
  job: { id: "j1" },
  pipelineVersion: "3",
  state: "JOB_SUCCESS",
  reason: "",
  dataProcessed: "1",
  dataSkipped: "2",
  dataTotal: "3",
  stats: null,
  created: "2026-01-01T00:00:00Z",
  started: null,
  finished: null,
  ...over,
});
const datums = (...ids: string[]): DatumRow[] =>
  ids.map((id) => ({
    datum: { id },
    data: [{ file: { path: `/${id}` }, sizeBytes: "2", hash: id }],
  }));
const ask = (over: Partial<PredictionFacts>) =>
  predict({ category: "restart", spec: SPEC, version: "3", ...over });
const reason = (over: Partial<PredictionFacts>) => {
  const found = ask(over);
  return "unknown" in found ? found.unknown : JSON.stringify(found);
};

describe("The prediction of what a change processes", () => {
  it("is that a restart after a successful job skips everything", () => {
    assert.deepEqual(ask({ jobs: [job()] }), {
      extent: "nothing",
      processed: 0,
      total: 3,
      vanishing: 0,
      bytes: 0,
    });
  });

  it("is that datums which errCmd recovered are retried", () => {
    const found = ask({ jobs: [job({ dataRecovered: "1" })] });
    assert.deepEqual(found, { extent: "difference", processed: 1, total: 3, vanishing: 0 });
  });

  it("is everything for reprocess, with the number of the newest job", () => {
    const jobs = [job()];
    assert.deepEqual(ask({ category: "reprocess", jobs, sameInput: true }), {
      extent: "everything",
      processed: 3,
      total: 3,
    });
    assert.deepEqual(
      ask({ category: "reprocess", jobs: [job({ state: "JOB_RUNNING" })], sameInput: true }),
      {
        extent: "everything",
      },
    );
    assert.deepEqual(ask({ category: "rekeyed", jobs, afterCount: 6000 }), {
      extent: "everything",
      processed: 6000,
      total: 6000,
    });
  });

  it("is exact with lists of datums, even for re-keyed or new pipelines", () => {
    const lists = { before: datums("a", "b"), after: datums("b", "c", "d"), lastSuccess: job() };
    assert.deepEqual(ask({ category: "difference", ...lists }), {
      extent: "difference",
      processed: 2,
      total: 3,
      vanishing: 1,
      bytes: 4,
    });
    assert.deepEqual(ask({ category: "create", after: datums("a") }), {
      extent: "everything",
      processed: 1,
      total: 1,
      vanishing: 0,
      bytes: 2,
    });
  });

  it("is everything if the salt changed since the last successful job, and unknown if the salt is", () => {
    const failed = job({ state: "JOB_FAILURE" });
    const success = (salt?: string) =>
      job({ pipelineVersion: "2", ...(salt && { details: { salt } }) });
    const lists = { before: datums("a"), after: datums("a") };
    const all = ask({ ...lists, salt: "new", jobs: [failed], lastSuccess: success("old") });
    assert.deepEqual(all, { extent: "everything", processed: 1, total: 1, vanishing: 0, bytes: 2 });
    const same = ask({ ...lists, salt: "old", jobs: [failed], lastSuccess: success("old") });
    assert.equal("extent" in same && same.extent, "nothing");
    assert.match(
      reason({ ...lists, jobs: [failed], lastSuccess: success() }),
      /updated since its last successful job/,
    );
  });

  it("is everything if no job has ever succeeded", () => {
    assert.deepEqual(ask({ lastSuccess: null, after: datums("a") }), {
      extent: "everything",
      processed: 1,
      total: 1,
      bytes: 2,
    });
  });

  it("is everything for any change with every_job or s3Out", () => {
    for (const over of [{ reprocessSpec: "every_job" }, { s3Out: true }] as ValueMap[]) {
      const found = ask({
        spec: { ...SPEC, ...over },
        jobs: [job()],
        before: datums("a"),
        after: datums("a"),
      });
      assert.equal("extent" in found && found.extent, "everything");
    }
  });

  it("is nothing for a stopped pipeline, with a note that it processes later", () => {
    const found = ask({ category: "reprocess", stopped: true });
    assert.ok("extent" in found && found.processed === 0 && found.note?.includes("when it starts"));
  });

  it("is nothing for what is not sent", () => {
    for (const category of ["none", "settings", "refused", "delete"] as const) {
      assert.deepEqual(ask({ category }), { extent: "nothing", processed: 0 });
    }
  });

  it("is unknown with a reason", () => {
    const cron: ValueMap = { input: { cron: { name: "t" } } };
    assert.match(reason({}), /last successful job is unknown/);
    assert.match(reason({ jobs: [] }), /last successful job is unknown/);
    assert.match(reason({ jobs: [job({ state: "JOB_RUNNING" }), job()] }), /has not finished/);
    assert.match(reason({ jobs: [job({ state: "JOB_KILLED" }), job()] }), /did not succeed/);
    assert.match(
      reason({ category: "difference", jobs: [job()] }),
      /datums of the new input are unknown/,
    );
    assert.match(
      reason({ category: "rekeyed", spec: cron, jobs: [job()] }),
      /does not list the datums of a cron/,
    );
    assert.match(reason({ category: "create", spec: cron }), /a job for each tick/);
    assert.match(reason({ spec: { ...SPEC, spout: {} }, jobs: [job()] }), /a spout has no datums/);
    assert.match(
      reason({ spec: { ...SPEC, service: {} }, jobs: [job()] }),
      /a service has no datums/,
    );
    const unknown: ValueMap = { input: { pfs: { repo: UNKNOWN } } };
    assert.match(
      reason({ category: "rekeyed", spec: unknown, jobs: [job()] }),
      /known only after the update/,
    );
    const parted = job({
      state: "JOB_FAILURE",
      reason: "duplicate path output by different datums",
    });
    assert.match(reason({ jobs: [job(), parted] }), /two datums wrote the same path/);
  });
});

describe("The prediction downstream", () => {
  const facts = { spec: SPEC, jobs: [job()] };

  it("is nothing if upstream changes no result", () => {
    const found = predictDownstream([{ processed: 0, vanishing: 0 }], facts);
    assert.ok("extent" in found && found.extent === "nothing" && !found.upTo);
  });

  it("is up to its number of datums if upstream may change results", () => {
    for (const upstream of [
      { processed: 5, vanishing: 0 },
      { processed: 0, vanishing: 1 },
      { grows: false },
    ]) {
      assert.deepEqual(predictDownstream([{ processed: 0, vanishing: 0 }, upstream], facts), {
        extent: "everything",
        processed: 3,
        total: 3,
        upTo: true,
      });
    }
  });

  it("is everything with every_job, even if upstream changes nothing", () => {
    const always = { ...facts, spec: { ...SPEC, reprocessSpec: "every_job" } };
    assert.deepEqual(predictDownstream([{ processed: 0, vanishing: 0 }], always), {
      extent: "everything",
      processed: 3,
      total: 3,
      upTo: false,
    });
  });

  it("is unknown if upstream grows, without jobs, and for spouts", () => {
    assert.ok("unknown" in predictDownstream([{ processed: 1, grows: true }], facts));
    assert.ok("unknown" in predictDownstream([{}], facts));
    assert.ok("unknown" in predictDownstream([{ processed: 1 }], { spec: SPEC }));
    assert.ok(
      "unknown" in predictDownstream([{ processed: 1 }], { ...facts, spec: { spout: {} } }),
    );
    const failed = { spec: SPEC, jobs: [job({ state: "JOB_KILLED" })] };
    assert.ok("unknown" in predictDownstream([{ processed: 0, vanishing: 0 }], failed));
  });

  it("needs no list of jobs if the newest succeeded and nothing changes upstream", () => {
    const idle = [{ processed: 0, vanishing: 0 }];
    const listed = { spec: SPEC, lastJobState: "JOB_SUCCESS" };
    const found = predictDownstream(idle, listed);
    assert.deepEqual(found, { extent: "nothing", processed: 0, upTo: false });
    const saving = { ...listed, spec: { ...SPEC, transform: { errCmd: ["true"] } } };
    assert.ok("unknown" in predictDownstream(idle, saving));
    assert.ok("unknown" in predictDownstream(idle, { ...listed, lastJobState: "JOB_FAILURE" }));
  });

  it("is nothing for a stopped pipeline", () => {
    const found = predictDownstream([{ processed: 9 }], { ...facts, stopped: true });
    assert.ok("extent" in found && found.processed === 0);
  });
});
