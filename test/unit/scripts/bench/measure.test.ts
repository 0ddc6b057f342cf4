import assert from "node:assert/strict";
import { measure } from "../../../../scripts/bench/measure";
import { resultTable } from "../../../../scripts/bench/table";

/** A clock that measured functions advance, and functions that take the given times. */
function timed(times: Readonly<Record<string, readonly number[]>>) {
  let clock = 0;
  const order: string[] = [];
  const thing = (title: string) => {
    const left = [...(times[title] ?? [])];
    return {
      title,
      run: async () => {
        order.push(title);
        clock += left.shift() ?? Number.NaN;
      },
    };
  };
  return { thing, order, now: () => clock };
}

describe("a benchmark", () => {
  it("compares medians of alternating runs, without the first ones, which fill caches", async () => {
    const { thing, order, now } = timed({ program: [900, 30, 50, 40], empty: [700, 10, 30, 20] });
    const benchmark = {
      title: "program / empty",
      subject: thing("program"),
      baseline: thing("empty"),
    };
    const result = await measure(benchmark, 3, now);
    assert.deepEqual(result, {
      title: "program / empty",
      subject: { title: "program", min: 30, median: 40, max: 50 },
      baseline: { title: "empty", min: 10, median: 20, max: 30 },
      ratio: 2,
    });
    assert.deepEqual(order, Array.from({ length: 4 }, () => ["empty", "program"]).flat());
  });

  it("takes the mean of the middle two for an even number of runs", async () => {
    const { thing, now } = timed({ a: [0, 10, 20], b: [0, 5, 5] });
    const result = await measure({ title: "", subject: thing("a"), baseline: thing("b") }, 2, now);
    assert.deepEqual([result.subject.median, result.ratio], [15, 3]);
  });

  it("fails if what it measures fails", async () => {
    const failing = { title: "a", run: () => Promise.reject(new Error("exit code 1")) };
    const benchmark = { title: "", subject: failing, baseline: failing };
    await assert.rejects(measure(benchmark, 1), /^Error: exit code 1$/);
  });
});

describe("the table of benchmarks", () => {
  it("has one row per ratio, and the times in columns", () => {
    const times = { min: 29.6, median: 40, max: 51.2 };
    const one = {
      title: "program / empty",
      subject: { title: "program", ...times },
      baseline: { title: "an empty one", ...times },
      ratio: 2.017,
    };
    assert.equal(
      resultTable([one, { ...one, title: "b" }]),
      `program / empty: 2.02
  program       40 ms (30 ms to 51 ms)
  an empty one  40 ms (30 ms to 51 ms)

b: 2.02
  program       40 ms (30 ms to 51 ms)
  an empty one  40 ms (30 ms to 51 ms)
`,
    );
  });
});
