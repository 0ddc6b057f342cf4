import assert from "node:assert/strict";
import type { LeftBehind } from "../../../../scripts/sweep/decide";
import { deletionOrder } from "../../../../scripts/sweep/order";
import { removeLeftBehind } from "../../../../scripts/sweep/remove";
import { type Kind, keyOf } from "../../../../scripts/sweep/things";

const leftBehind = (kind: Kind, id: string, more: Partial<LeftBehind> = {}): LeftBehind => ({
  kind,
  id,
  stack: "pr-12",
  ...more,
});
const all = [
  leftBehind("bucket", "b"),
  leftBehind("namespace", "n"),
  leftBehind("service account", "n/a"),
  leftBehind("secret", "n/s"),
  leftBehind("repo", "p/r"),
  leftBehind("branch", "p/x@b"),
  leftBehind("pipeline", "p/a", { reads: ["p/r@master"] }),
  leftBehind("pipeline", "p/c", { reads: ["p/b@master", "p/a@master"] }),
  leftBehind("pipeline", "p/b", { reads: ["p/a@master", "p/x@b"] }),
  leftBehind("deployment", "n/d"),
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

  it("terminates for pipelines that read each other", () => {
    const circle = [
      leftBehind("pipeline", "p/a", { reads: ["p/b@master"] }),
      leftBehind("pipeline", "p/b", { reads: ["p/a@master"] }),
    ];
    assert.equal(deletionOrder(circle).length, 2);
  });
});

describe("the deletion of what is left behind", () => {
  async function remove(
    fails: Readonly<Record<string, string>>,
    things = all,
    keeps: Readonly<Record<string, string>> = {},
  ) {
    const [tried, said]: [string[], string[]] = [[], []];
    const { failures, kept } = await removeLeftBehind(
      things,
      async (thing) => {
        tried.push(keyOf(thing));
        const problem = fails[keyOf(thing)];
        if (problem !== undefined) throw new Error(problem);
      },
      {
        keep: async (thing) => keeps[keyOf(thing)],
        report: (line) => said.push(line),
      },
    );
    return { tried, said, failures, kept };
  }

  it("names each object that it deletes", async () => {
    const { tried, said, failures } = await remove({});
    assert.deepEqual(tried, expected);
    assert.deepEqual(
      said,
      expected.map((key) => `deleted ${key}`),
    );
    assert.deepEqual(failures, []);
  });

  it("continues after a failure, and returns it as one line, for the end of the output", async () => {
    const { tried, said, failures } = await remove({
      "bucket b": "no\n  permission",
      "repo p/r": "busy",
    });
    assert.deepEqual(tried, expected);
    assert.deepEqual(failures, [
      { what: "repo p/r", problem: "busy" },
      { what: "bucket b", problem: "no; permission" },
    ]);
    assert.ok(said.every((line) => line.startsWith("deleted ")));
  });

  it("keeps what identifies the owner of a pipeline or branch until that is deleted", async () => {
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

  it("does not keep objects of another stack for that reason", async () => {
    const other = leftBehind("secret", "n/other", { stack: "pr-13" });
    const { tried } = await remove({ "pipeline p/a": "busy" }, [...all, other]);
    assert.ok(tried.includes("secret n/other"));
  });

  it("keeps what is needed again in the meantime, and says so", async () => {
    const keeps = { "repo p/r": "stack pr-12 exists again" };
    const { tried, said, failures, kept } = await remove({}, all, keeps);
    assert.ok(!tried.includes("repo p/r"));
    assert.ok(said.includes("kept repo p/r: stack pr-12 exists again"));
    assert.deepEqual(kept, [{ what: "repo p/r", reason: "stack pr-12 exists again" }]);
    assert.deepEqual(failures, []);
  });
});
