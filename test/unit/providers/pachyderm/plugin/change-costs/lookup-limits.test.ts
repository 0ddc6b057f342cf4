import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ConnectionError,
  ServerError,
} from "../../../../../../providers/pachyderm/plugin/api/errors";
import {
  isFound,
  LookupLimits,
} from "../../../../../../providers/pachyderm/plugin/change-costs/lookup-limits";

const unknown = async (lookup: Promise<object>) => {
  const { unknown: reason } = (await lookup) as { unknown?: string };
  assert.ok(reason !== undefined, "the lookup found something");
  return reason;
};

describe("the limits of lookups", () => {
  it("return what a call finds, even nothing", async () => {
    const limits = new LookupLimits();
    assert.deepEqual(await limits.call("jobs", async () => [1]), { found: [1] });
    const nothing = await limits.call("repos", async () => undefined);
    assert.deepEqual(nothing, { found: undefined });
    assert.ok(isFound(nothing));
  });

  it("turn a failed call into a reason, whatever the failure", async () => {
    const limits = new LookupLimits();
    const failing = (error: unknown) => unknown(limits.call("jobs", () => Promise.reject(error)));
    assert.match(
      await failing(new ServerError("a/B", 500, 2, "boom")),
      /^boom \(a\/B returned 500\)$/,
    );
    assert.match(
      await failing(new ServerError("a/B", 403, 7, "no")),
      /^the token lacks permission: no/,
    );
    assert.match(await failing(new TypeError("x is not a function")), /x is not a function/);
    assert.equal(await failing("text"), "text");
  });

  it("stop at a number of calls, with a share for each kind, and reserve calls for lists of everything", async () => {
    const limits = new LookupLimits();
    let calls = 0;
    const call = async () => ++calls;
    for (let n = 0; n < 100; n++) {
      for (const kind of ["jobs", "datums", "repos", "branches"] as const)
        await limits.call(kind, call);
    }
    assert.equal(calls, 54);
    assert.ok(isFound(await limits.call("pipelines", call)));
    assert.ok(isFound(await limits.call("all jobs", call)));
    assert.match(await unknown(limits.call("pipelines", call)), /makes at most 56 calls /);
    assert.equal(calls, 56);
    assert.equal(await limits.tryCall("jobs", call), "too many calls");
  });

  it("end a hanging call when the time is up, and start no other", async () => {
    const limits = new LookupLimits({ maxMs: 40 });
    const hanging = limits.call(
      "jobs",
      ({ signal }) =>
        new Promise((_, reject) =>
          signal?.addEventListener("abort", () => reject(new Error("aborted"))),
        ),
    );
    assert.match(await unknown(hanging), /at most 0\.04 s /);
    assert.match(await unknown(limits.call("repos", async () => 1)), /at most 0\.04 s /);
  });

  it("count only the time during which calls are in progress, parallel calls once", async () => {
    const limits = new LookupLimits({ maxMs: 150 });
    await sleep(160);
    const side = () => limits.call("jobs", () => sleep(50));
    await Promise.all([side(), side(), side(), side()]);
    assert.ok(isFound(await limits.call("repos", async () => 1)));
    assert.match(
      await unknown(
        limits.call("repos", ({ signal }) => sleep(1000, undefined, signal && { signal })),
      ),
      /at most/,
    );
  });

  it("retry once if only a keep-alive connection broke, which counts", async () => {
    const limits = new LookupLimits({ maxCalls: 5 });
    let calls = 0;
    const kept = await limits.call("jobs", async () => {
      if (++calls === 1) throw new ConnectionError("a:1", "reset", true, true);
      return "there";
    });
    assert.deepEqual(kept, { found: "there" });
    calls = 0;
    const dropped = () => {
      calls++;
      return Promise.reject(new ConnectionError("a:1", "reset", true, false));
    };
    assert.match(await unknown(limits.call("jobs", dropped)), /broke: reset/);
    assert.equal(calls, 1);
  });
});
