import assert from "node:assert/strict";
import type { ValueMap } from "../../../../../providers/kit/values";
import { keptRepoRefusal } from "../../../../../providers/pachyderm/change-costs/refusals";
import type { JobRow } from "../../../../../providers/pachyderm/change-costs/rows";
import { type TrapFacts, trapsOf } from "../../../../../providers/pachyderm/change-costs/traps";

const NOW = new Date("2026-06-01T00:00:00Z");
const RESTART = { category: "restart", fields: [] } as const;

const topics = (facts: Partial<TrapFacts>) =>
  trapsOf({ now: NOW, ...facts }).map(({ topic }) => topic);
const job = (over: Partial<JobRow>): JobRow => ({
  job: { id: "j1" },
  pipelineVersion: "1",
  state: "JOB_SUCCESS",
  reason: "",
  dataProcessed: "3",
  dataSkipped: "0",
  dataTotal: "3",
  stats: null,
  created: "2026-01-01T00:00:00Z",
  started: null,
  finished: null,
  ...over,
});
const cron = (over: ValueMap): ValueMap => ({
  input: { cron: { name: "t", spec: "@daily", repo: "p_t", ...over } },
});

describe("The traps of a change", () => {
  it("a change without any has none, and one that sends nothing neither", () => {
    assert.deepEqual(topics({ change: RESTART, spec: {}, oldSpec: {}, jobs: [job({})] }), []);
    const settings = { category: "settings", fields: [] } as const;
    assert.deepEqual(
      topics({ change: settings, stopped: true, jobs: [job({ state: "JOB_FAILURE" })] }),
      [],
    );
  });

  it("new code leaves old results, unless they are processed again", () => {
    const code = (category: "restart" | "reprocess") => ({
      category,
      fields: [{ path: "spec.transform.image", category: "restart" as const }],
    });
    assert.deepEqual(topics({ change: code("restart") }), ["old results"]);
    assert.deepEqual(topics({ change: code("reprocess") }), []);
    const debug = { path: "spec.transform.debug", category: "restart" as const };
    assert.deepEqual(topics({ change: { category: "restart", fields: [debug] } }), []);
  });

  it("what a failed or killed job had done is done again, and its commit is the branch's head", () => {
    for (const state of ["JOB_FAILURE", "JOB_KILLED"]) {
      assert.deepEqual(topics({ change: RESTART, jobs: [job({ state })] }), [
        "failed job",
        "failed head",
      ]);
    }
    const later = [job({ state: "JOB_RUNNING" }), job({}), job({ state: "JOB_FAILURE" })];
    assert.deepEqual(topics({ change: RESTART, jobs: later }), []);
  });

  it("what errCmd saved is tried again", () => {
    assert.deepEqual(topics({ change: RESTART, jobs: [job({ dataRecovered: "1" })] }), [
      "recovered datums",
    ]);
  });

  it("after a duplicate path contents may double until a reprocess", () => {
    const jobs = [
      job({}),
      job({ state: "JOB_FAILURE", reason: "duplicate path output by different datums" }),
    ];
    assert.deepEqual(topics({ change: RESTART, jobs }), ["duplicate path"]);
    assert.deepEqual(topics({ change: { category: "reprocess", fields: [] }, jobs }), []);
  });

  it("a cron whose start is in the past makes a job for every missed tick", () => {
    const past = cron({ start: "2020-01-01T00:00:00Z" });
    assert.deepEqual(topics({ spec: past }), ["missed ticks"]);
    assert.deepEqual(topics({ change: RESTART, oldSpec: past, spec: past }), []);
    assert.deepEqual(topics({ spec: cron({ start: "2027-01-01T00:00:00Z" }) }), []);
  });

  it("a stopped cron makes up for its ticks, and any stopped pipeline for what it missed", () => {
    assert.deepEqual(
      topics({ change: RESTART, oldSpec: cron({}), spec: cron({}), stopped: true }),
      ["start makes jobs", "ticks while stopped"],
    );
  });

  it("a cron of another name leaves its ticks behind", () => {
    const change = { category: "rekeyed", fields: [] } as const;
    assert.deepEqual(
      topics({ change, oldSpec: cron({}), spec: cron({ name: "u", repo: "p_u" }) }),
      ["tick repo"],
    );
  });

  it("egress runs with every job, and a new target that cannot be written is tried without end", () => {
    const spec = { egress: { URL: "s3://b/c" } };
    assert.deepEqual(topics({ change: RESTART, oldSpec: spec, spec }), ["egress repeats"]);
    assert.deepEqual(topics({ change: RESTART, oldSpec: {}, spec }), [
      "egress repeats",
      "egress retries",
    ]);
    const [trap] = trapsOf({
      now: NOW,
      change: RESTART,
      spec: { egress: { URL: "s3://me:key@b/c?secret=1" } },
    });
    assert.doesNotMatch(trap?.message ?? "", /key|secret/);
  });

  it("a delete that readers are in the way of, by force or not, and one that keeps the repo", () => {
    const goes = (force: boolean, readers: number) => ({ force, readers, keepRepo: false });
    assert.deepEqual(topics({ goes: goes(true, 1) }), ["readers hang"]);
    assert.deepEqual(topics({ goes: goes(false, 1) }), ["refused delete"]);
    assert.deepEqual(topics({ goes: goes(true, 0) }), []);
    assert.deepEqual(topics({ goes: { force: false, readers: 0, keepRepo: true } }), ["kept repo"]);
  });
});

describe("A pipeline where only a repo of its name is left", () => {
  const ref = { project: "default", name: "a" };

  it("is refused with both ways on", () => {
    const message = keptRepoRefusal(ref, { pipeline: false, repo: true });
    assert.match(
      message ?? "",
      /^pipeline default\/a cannot be created: repo default\/a already exists/,
    );
    assert.match(
      message ?? "",
      /another name, or delete the repo and its data: pachctl delete repo a --project default$/,
    );
  });

  it("is not where the pipeline is there as well, or nothing", () => {
    assert.equal(keptRepoRefusal(ref, { pipeline: true, repo: true }), undefined);
    assert.equal(keptRepoRefusal(ref, { pipeline: false, repo: false }), undefined);
  });
});
