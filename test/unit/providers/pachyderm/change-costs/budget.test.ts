import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type BudgetedTotals,
  budgetProblems,
  checkBudget,
  parseSizeLimit,
  parseTimeLimit,
  unknownLimits,
} from "../../../../../providers/pachyderm/change-costs/budget";
import { pipelineCost } from "../../../../support/cost-reports";

const NOTHING: BudgetedTotals = {
  time: { p50Seconds: 0, p90Seconds: 0 },
  killedJobs: 0,
  deletedBytes: 0,
  outside: 0,
};

describe("A budget", () => {
  it("reads times", () => {
    assert.deepEqual(
      ["4h", "90m", "1h30m", "45s", "2d", "0m"].map(parseTimeLimit),
      [14_400, 5_400, 5_400, 45, 172_800, 0],
    );
    for (const text of ["", "4", "h", "30m1h", "1.5h", "-1h", "4 h", "4H", "1h30", "1e3h"]) {
      assert.equal(parseTimeLimit(text), undefined, text);
    }
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), fc.nat(1000), (h, m, s) => {
        assert.equal(parseTimeLimit(`${h}h${m}m${s}s`), h * 3600 + m * 60 + s);
      }),
    );
  });

  it("reads sizes", () => {
    assert.deepEqual(
      ["10GB", "500MiB", "1.5 TB", "0B", "3kB", "1KiB"].map(parseSizeLimit),
      [10e9, 524_288_000, 1.5e12, 0, 3_000, 1_024],
    );
    for (const text of ["", "10", "GB", "10G", "1iB", "-1GB", "1,5GB", "1e3GB", "ten GB"]) {
      assert.equal(parseSizeLimit(text), undefined, text);
    }
    fc.assert(
      fc.property(fc.nat(100_000), fc.constantFrom("k", "M", "G", "T"), (n, unit) => {
        assert.ok((parseSizeLimit(`${n}${unit}iB`) ?? -1) >= (parseSizeLimit(`${n}${unit}B`) ?? 0));
      }),
    );
  });

  it("that is not valid is refused by key, with the value", () => {
    assert.deepEqual(
      budgetProblems({ reprocessTime: "4h", deletedData: "1GB", killedJobs: 0, outside: "refuse" }),
      [],
    );
    assert.deepEqual(
      budgetProblems({
        reprocessTime: "soon",
        deletedData: 5,
        killedJobs: -1,
        outside: "no",
        cost: "1 USD",
      }),
      [
        'budget.reprocessTime: expected a time such as 4h, 90m or 1h30m, found "soon"',
        "budget.deletedData: expected a size such as 10GB or 500MiB, found 5",
        "budget.killedJobs: expected a whole number, 0 or more, found -1",
        'budget.outside: expected allow or refuse, found "no"',
        'budget.cost: expected one of reprocessTime, deletedData, killedJobs and outside, found "1 USD"',
      ],
    );
  });

  it("is kept up to its limits and exceeded above them, with value and limit", () => {
    const budget = {
      reprocessTime: "1h",
      deletedData: "1GB",
      killedJobs: 1,
      outside: "refuse",
    } as const;
    const atLimit = {
      time: { p50Seconds: 1, p90Seconds: 3600 },
      killedJobs: 1,
      deletedBytes: 1e9,
      outside: 0,
    };
    assert.deepEqual(checkBudget(atLimit, budget), []);
    const over = {
      time: { p50Seconds: 1, p90Seconds: 10_200 },
      killedJobs: 2,
      deletedBytes: 1.4e9,
      outside: 1,
    };
    assert.deepEqual(
      checkBudget(over, budget).map(({ key, message }) => [key, message]),
      [
        [
          "reprocessTime",
          "processing takes up to 2 h 50 min, which exceeds budget.reprocessTime (1 h)",
        ],
        ["deletedData", "1.4 GB of data is deleted, which exceeds budget.deletedData (1.0 GB)"],
        ["killedJobs", "2 jobs are killed, which exceeds budget.killedJobs (1)"],
        ["outside", "1 pipeline outside this stack is affected, but budget.outside is refuse"],
      ],
    );
  });

  it("has no limit unless one is set", () => {
    const huge = {
      time: { p50Seconds: 1e9, p90Seconds: 1e9 },
      killedJobs: 1e6,
      deletedBytes: 1e15,
      outside: 99,
    };
    assert.deepEqual(checkBudget(huge, {}), []);
    assert.deepEqual(checkBudget(huge, { outside: "allow" }), []);
  });

  it("has a breach for every number above a limit, and only then", () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), (found, limit) => {
        const totals = {
          ...NOTHING,
          killedJobs: found,
          time: { p50Seconds: 0, p90Seconds: found },
        };
        const keys = checkBudget(totals, { killedJobs: limit, reprocessTime: `${limit}s` }).map(
          ({ key }) => key,
        );
        assert.deepEqual(keys, found > limit ? ["reprocessTime", "killedJobs"] : []);
      }),
    );
  });

  it("is not exceeded by unknown costs, and reports them", () => {
    const unknown = { ...NOTHING, time: null, deletedBytes: null };
    const budget = { reprocessTime: "1s", deletedData: "1B" };
    assert.deepEqual(checkBudget(unknown, budget), []);
    const pipeline = pipelineCost({ name: "slow", category: "reprocess", time: null });
    assert.deepEqual(unknownLimits(unknown, budget, [pipeline]), [
      "budget.reprocessTime (1s) excludes pipelines with an unknown processing time: default/slow",
      "budget.deletedData (1B) is not checked: the size of the data is unknown",
    ]);
    const idle = { processed: 0, total: 3, vanishing: 0, upTo: false };
    const others = [pipelineCost(), pipelineCost({ category: "downstream", datums: idle })];
    assert.equal(unknownLimits(NOTHING, budget, others).length, 0);
    assert.deepEqual(unknownLimits(unknown, {}, [pipeline]), []);
    assert.deepEqual(unknownLimits(NOTHING, budget, []), []);
  });
});
