import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readConfig } from "../../../config";
import { BUDGET_VARIABLE, budgetWays, runningWay } from "../../../config/budget";
import { schemas } from "../../../config/schema";
import { secretKeys, stackConfig } from "../../support/stack-config";

const IMAGES = "image-classification";

function read(changes: Record<string, unknown>, once?: string) {
  pulumi.runtime.setAllConfig(stackConfig(changes), secretKeys);
  const { [BUDGET_VARIABLE]: before } = process.env;
  try {
    if (once === undefined) delete process.env[BUDGET_VARIABLE];
    else process.env[BUDGET_VARIABLE] = once;
    return readConfig();
  } finally {
    if (before === undefined) delete process.env[BUDGET_VARIABLE];
    else process.env[BUDGET_VARIABLE] = before;
  }
}

describe("the budget", () => {
  it("has no limits by default", () => {
    const { budget, useCases } = read({});
    assert.deepEqual(budget, {});
    assert.equal(useCases[IMAGES]?.refuseWhileRunning, undefined);
  });

  it("is read from the stack's configuration", () => {
    const limits = { reprocessTime: "4h", deletedData: "10GB", killedJobs: 0, outside: "refuse" };
    const { budget, useCases } = read({
      budget: limits,
      useCases: { [IMAGES]: { refuseWhileRunning: "30m" } },
    });
    assert.deepEqual(budget, limits);
    assert.equal(useCases[IMAGES]?.refuseWhileRunning, "30m");
  });

  it("has different limits for one run if a variable sets them, and keeps the others", () => {
    const changes = {
      budget: { reprocessTime: "4h", killedJobs: 0, outside: "refuse" },
      useCases: { [IMAGES]: { refuseWhileRunning: "30m" } },
    };
    const { budget, useCases } = read(
      changes,
      "reprocessTime=6h, killedJobs=3,outside=off,refuseWhileRunning=off",
    );
    assert.deepEqual(budget, { reprocessTime: "6h", killedJobs: 3, outside: undefined });
    assert.equal(useCases[IMAGES]?.refuseWhileRunning, undefined);
    assert.equal(read(changes, "killedJobs=3").useCases[IMAGES]?.refuseWhileRunning, "30m");
    assert.equal(read(changes, "refuseWhileRunning=2h").useCases[IMAGES]?.refuseWhileRunning, "2h");
  });

  it("refuses an invalid variable, with all problems in one message", () => {
    const cases: Record<string, RegExp> = {
      "reprocessTime=long":
        /^PACHYDERM_SELDON_BUDGET: reprocessTime is "long"; expected a time such as 4h, 90m or 1h30m, or off$/,
      reprocessTime: /^PACHYDERM_SELDON_BUDGET: reprocessTime is ""; expected a time/,
      "killedJobs=": /killedJobs is ""; expected a whole number of jobs, 0 or more, or off$/,
      "killedJobs=some": /killedJobs is "some"; expected a whole number/,
      "time=4h":
        /^PACHYDERM_SELDON_BUDGET: "time" is not a valid key; expected one of reprocessTime, deletedData, killedJobs, outside, refuseWhileRunning$/,
      "a=1,b=2": /has 2 problems:\n.*"a" is not a valid key[^\n]*\n.*"b" is not a valid key/,
    };
    for (const [once, message] of Object.entries(cases)) {
      assert.throws(
        () => read({}, once),
        (error: Error) => pulumi.RunError.isInstance(error) && message.test(error.message),
        once,
      );
    }
  });

  it("has a working command for each of its keys", () => {
    const ways = budgetWays();
    assert.deepEqual(Object.keys(ways).sort(), Object.keys(schemas.budget.shape).sort());
    assert.equal(
      ways.killedJobs,
      "`pulumi config set --path budget.killedJobs VALUE`, or, for a single run, `PACHYDERM_SELDON_BUDGET=killedJobs=VALUE pulumi up`",
    );
    assert.match(
      runningWay(IMAGES),
      /--path useCases\.image-classification\.refuseWhileRunning VALUE`/,
    );
  });
});
