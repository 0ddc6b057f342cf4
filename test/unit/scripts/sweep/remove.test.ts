import assert from "node:assert/strict";
import type { Orphan } from "../../../../scripts/sweep/decide";
import { deletionOrder } from "../../../../scripts/sweep/order";
import { removeOrphans } from "../../../../scripts/sweep/remove";
import { type Kind, keyOf } from "../../../../scripts/sweep/things";

const orphan = (kind: Kind, id: string, more: Partial<Orphan> = {}): Orphan => ({
  kind,
  id,
  stack: "pr-12",
  ...more,
});
const all = [
  orphan("bucket", "b"),
  orphan("namespace", "n"),
  orphan("service account", "n/a"),
  orphan("secret", "n/s"),
  orphan("repo", "p/r"),
  orphan("branch", "p/x@b"),
  orphan("pipeline", "p/a", { reads: ["p/r@master"] }),
  orphan("pipeline", "p/c", { reads: ["p/b@master", "p/a@master"] }),
  orphan("pipeline", "p/b", { reads: ["p/a@master", "p/x@b"] }),
  orphan("deployment", "n/d"),
];
const expected = [
  "deployment n/d",
  "pipeline p/c",
  "pipeline p/b",
  "pipeline p/a",
  "branch p/x@b",
  "repo p/r",
  "secret n/s",
  "service account n/a",
  "namespace n",
  "bucket b",
];

describe("the order of deletion", () => {
  it("is from the deployments to the bucket, pipelines from the leaves up", () => {
    assert.deepEqual(deletionOrder(all).map(keyOf), expected);
    assert.deepEqual(deletionOrder([...all].reverse()).map(keyOf), expected);
  });

  it("ends for pipelines that read each other", () => {
    const circle = [
      orphan("pipeline", "p/a", { reads: ["p/b@master"] }),
      orphan("pipeline", "p/b", { reads: ["p/a@master"] }),
    ];
    assert.equal(deletionOrder(circle).length, 2);
  });
});

describe("the deletion of what is left behind", () => {
  async function remove(
    fails: Readonly<Record<string, string>>,
    orphans = all,
    keeps: Readonly<Record<string, string>> = {},
  ) {
    const [tried, said]: [string[], string[]] = [[], []];
    const { failures, kept } = await removeOrphans(
      orphans,
      async (thing) => {
        tried.push(keyOf(thing));
        const problem = fails[keyOf(thing)];
        if (problem !== undefined) throw new Error(problem);
      },
      {
        keep: async (orphan) => keeps[keyOf(orphan)],
        report: (line) => said.push(line),
      },
    );
    return { tried, said, failures, kept };
  }

  it("names each thing as it goes", async () => {
    const { tried, said, failures } = await remove({});
    assert.deepEqual(tried, expected);
    assert.deepEqual(
      said,
      expected.map((key) => `deleted ${key}`),
    );
    assert.deepEqual(failures, []);
  });

  it("goes on after a failure, and reports it in one line at the end", async () => {
    const { tried, failures } = await remove({
      "bucket b": "no\n  permission",
      "repo p/r": "busy",
    });
    assert.deepEqual(tried, expected);
    assert.deepEqual(failures, [
      { what: "repo p/r", problem: "busy" },
      { what: "bucket b", problem: "no; permission" },
    ]);
  });

  it("keeps what tells whose a pipeline or branch is until that is gone", async () => {
    const { tried, failures } = await remove({ "pipeline p/a": "busy" });
    assert.deepEqual(
      tried,
      expected.filter((key) => key !== "repo p/r" && key !== "secret n/s"),
    );
    assert.deepEqual(failures.slice(1), [
      { what: "repo p/r", problem: "not attempted: pipeline p/a still exists" },
      { what: "secret n/s", problem: "not attempted: pipeline p/a still exists" },
    ]);
  });

  it("keeps a namespace whose deployments' detectors still exist", async () => {
    const { tried } = await remove({ "deployment n/d": "busy" });
    assert.ok(!tried.includes("namespace n"));
  });

  it("keeps nothing of another stack for that", async () => {
    const other = orphan("secret", "n/other", { stack: "pr-13" });
    const { tried } = await remove({ "pipeline p/a": "busy" }, [...all, other]);
    assert.ok(tried.includes("secret n/other"));
  });

  it("keeps what somebody needs again by now, and says so", async () => {
    const keeps = { "repo p/r": "stack pr-12 exists again" };
    const { tried, said, failures, kept } = await remove({}, all, keeps);
    assert.ok(!tried.includes("repo p/r"));
    assert.ok(said.includes("kept repo p/r: stack pr-12 exists again"));
    assert.deepEqual(kept, [{ what: "repo p/r", reason: "stack pr-12 exists again" }]);
    assert.deepEqual(failures, []);
  });
});
