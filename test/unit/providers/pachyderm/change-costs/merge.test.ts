import assert from "node:assert/strict";
import { mergeNotes, totalsOf } from "../../../../../providers/pachyderm/change-costs/merge";
import type {
  PipelineCost,
  RepoCost,
} from "../../../../../providers/pachyderm/change-costs/report";

const pipeline = (name: string, more: Partial<PipelineCost> = {}): PipelineCost => ({
  project: "default",
  name,
  urn: null,
  member: true,
  category: "restart",
  fields: [],
  datums: { processed: 0, total: 3, vanishing: 0, upTo: false },
  bytes: 0,
  time: null,
  killedJobs: [],
  deletedBytes: 0,
  because: [],
  effects: [],
  unknown: [],
  ...more,
});

const downstream = (name: string, because: string, processed: number) =>
  pipeline(name, {
    category: "downstream",
    member: null,
    datums: { processed, total: processed, vanishing: 0, upTo: true },
    bytes: processed * 10,
    time: { p50Seconds: processed, p90Seconds: processed * 2, jobs: 1, workers: 1 },
    because: [because],
  });

const repo = (name: string, deletedBytes: number | null, unknown: string[] = []): RepoCost => ({
  project: "default",
  name,
  urn: null,
  deletedBytes,
  readers: [],
  unknown,
});

describe("merged notes of costs", () => {
  it("have each pipeline once: its own change, with the work from upstream", () => {
    const own = pipeline("b", { urn: "urn", effects: ["egress runs again"] });
    for (const notes of [
      [own, downstream("b", "default/a", 5)],
      [downstream("b", "default/a", 5), own],
    ]) {
      const [merged, ...others] = mergeNotes(notes.map((one) => ({ pipeline: one }))).pipelines;
      assert.deepEqual(others, []);
      assert.equal(merged?.category, "restart");
      assert.equal(merged?.urn, "urn");
      assert.equal(merged?.member, true);
      assert.deepEqual(merged?.datums, { processed: 5, total: 5, vanishing: 0, upTo: true });
      assert.equal(merged?.bytes, 50);
      assert.deepEqual(merged?.because, ["default/a"]);
      assert.deepEqual(merged?.effects, ["egress runs again"]);
    }
  });

  it("count a pipeline downstream of several once, with the largest work", () => {
    const notes = [downstream("c", "default/a", 5), downstream("c", "default/b", 2)];
    const { pipelines } = mergeNotes(notes.map((one) => ({ pipeline: one })));
    assert.equal(pipelines.length, 1);
    assert.equal(pipelines[0]?.datums?.processed, 5);
    assert.deepEqual(pipelines[0]?.because, ["default/a", "default/b"]);
  });

  it("list each failed lookup once, and keep limits and breaches", () => {
    const breach = { key: "refuseWhileRunning", found: 1, limit: 2, message: "m" };
    const costs = mergeNotes([
      { notLookedUp: "jobs: 500" },
      { notLookedUp: "jobs: 500" },
      { limits: { killedJobs: 1 } },
      { breach },
    ]);
    assert.deepEqual(costs, {
      pipelines: [],
      repos: [],
      notLookedUp: ["jobs: 500"],
      limits: { killedJobs: 1 },
      breaches: [breach],
    });
  });
});

describe("the totals of costs", () => {
  it("are zero if nothing changes", () => {
    assert.deepEqual(totalsOf({ pipelines: [], repos: [] }), {
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

  it("add up work, killed jobs, deleted data and pipelines outside the stack", () => {
    const pipelines = [
      pipeline("a", {
        category: "reprocess",
        datums: { processed: 10, total: 10, vanishing: 0, upTo: false },
        bytes: 100,
        time: { p50Seconds: 60, p90Seconds: 90, jobs: 3, workers: 2 },
        killedJobs: [
          { id: "1", state: "JOB_RUNNING", seconds: 40 },
          { id: "2", state: "JOB_CREATED", seconds: 0 },
        ],
      }),
      { ...downstream("b", "default/a", 5), member: false },
      pipeline("c"),
      pipeline("d", { category: "delete", datums: null, bytes: null, deletedBytes: 7 }),
    ];
    assert.deepEqual(totalsOf({ pipelines, repos: [repo("r", 1_000)] }), {
      categories: { reprocess: 1, downstream: 1, restart: 1, delete: 1 },
      datums: 15,
      bytes: 150,
      time: { p50Seconds: 65, p90Seconds: 100 },
      killedJobs: 2,
      killedSeconds: 40,
      deletedBytes: 1_007,
      outside: 1,
      unknown: [],
    });
  });

  it("list what they exclude, and are null if nothing is known", () => {
    const unknown = ["no job has finished"];
    const pipelines = [
      pipeline("a", { category: "reprocess", datums: null, bytes: null, unknown }),
    ];
    const totals = totalsOf({ pipelines, repos: [repo("r", null, ["its size: 500"])] });
    assert.equal(totals.datums, null);
    assert.equal(totals.bytes, null);
    assert.equal(totals.time, null);
    assert.equal(totals.deletedBytes, null);
    assert.deepEqual(totals.unknown, [
      "default/a: no job has finished",
      "default/r: its size: 500",
    ]);
  });
});
