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
  it("do not exist for a plain change or one that sends nothing", () => {
    assert.deepEqual(topics({ change: RESTART, spec: {}, oldSpec: {}, jobs: [job({})] }), []);
    const settings = { category: "settings", fields: [] } as const;
    assert.deepEqual(
      topics({ change: settings, stopped: true, jobs: [job({ state: "JOB_FAILURE" })] }),
      [],
    );
  });

  it("include old results after new code, unless the data is processed again", () => {
    const code = (category: "restart" | "reprocess") => ({
      category,
      fields: [{ path: "spec.transform.image", category: "restart" as const }],
    });
    assert.deepEqual(topics({ change: code("restart") }), ["old results"]);
    assert.deepEqual(topics({ change: code("reprocess") }), []);
    const debug = { path: "spec.transform.debug", category: "restart" as const };
    assert.deepEqual(topics({ change: { category: "restart", fields: [debug] } }), []);
  });

  it("include that the work of a failed or killed job is repeated, and that its commit is the branch's head", () => {
    for (const state of ["JOB_FAILURE", "JOB_KILLED"]) {
      assert.deepEqual(topics({ change: RESTART, jobs: [job({ state })] }), [
        "failed job",
        "failed head",
      ]);
    }
    const later = [job({ state: "JOB_RUNNING" }), job({}), job({ state: "JOB_FAILURE" })];
    assert.deepEqual(topics({ change: RESTART, jobs: later }), []);
  });

  it("include that datums which errCmd recovered are retried", () => {
    assert.deepEqual(topics({ change: RESTART, jobs: [job({ dataRecovered: "1" })] }), [
      "recovered datums",
    ]);
  });

  it("include duplicated contents after a duplicate path, until a reprocess", () => {
    const jobs = [
      job({}),
      job({ state: "JOB_FAILURE", reason: "duplicate path output by different datums" }),
    ];
    assert.deepEqual(topics({ change: RESTART, jobs }), ["duplicate path"]);
    assert.deepEqual(topics({ change: { category: "reprocess", fields: [] }, jobs }), []);
  });

  it("include a job for every missed tick of a cron that starts in the past", () => {
    const past = cron({ start: "2020-01-01T00:00:00Z" });
    assert.deepEqual(topics({ spec: past }), ["missed ticks"]);
    assert.deepEqual(topics({ change: RESTART, oldSpec: past, spec: past }), []);
    assert.deepEqual(topics({ spec: cron({ start: "2027-01-01T00:00:00Z" }) }), []);
  });

  it("include that a stopped cron catches up on its ticks, and any stopped pipeline on what it missed", () => {
    assert.deepEqual(
      topics({ change: RESTART, oldSpec: cron({}), spec: cron({}), stopped: true }),
      ["start makes jobs", "ticks while stopped"],
    );
  });

  it("include that a renamed cron leaves its ticks behind", () => {
    const change = { category: "rekeyed", fields: [] } as const;
    assert.deepEqual(
      topics({ change, oldSpec: cron({}), spec: cron({ name: "u", repo: "p_u" }) }),
      ["tick repo"],
    );
  });

  it("include that egress runs with every job, and retries a new target that is not writable indefinitely", () => {
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

  it("include a delete despite readers, forced or not, and one that keeps the repo", () => {
    const deletion = (force: boolean, readers: number) => ({ force, readers, keepRepo: false });
    assert.deepEqual(topics({ deletion: deletion(true, 1) }), ["readers hang"]);
    assert.deepEqual(topics({ deletion: deletion(false, 1) }), ["refused delete"]);
    assert.deepEqual(topics({ deletion: deletion(true, 0) }), []);
    assert.deepEqual(topics({ deletion: { force: false, readers: 0, keepRepo: true } }), [
      "kept repo",
    ]);
  });
});

describe("A pipeline for which only a repo with its name exists", () => {
  const ref = { project: "default", name: "a" };

  it("is refused with both ways to continue", () => {
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

  it("is not refused if the pipeline also exists, or if nothing does", () => {
    assert.equal(keptRepoRefusal(ref, { pipeline: true, repo: true }), undefined);
    assert.equal(keptRepoRefusal(ref, { pipeline: false, repo: false }), undefined);
  });
});
