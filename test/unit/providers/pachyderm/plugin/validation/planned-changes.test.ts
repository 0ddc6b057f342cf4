import assert from "node:assert/strict";
import {
  type PlannedChange,
  relatedChanges,
  replayCost,
} from "../../../../../../providers/pachyderm/plugin/validation/planned-changes";

describe("the changes of a preview that must be validated together", () => {
  /** `a < b c`: a is created, and reads b and c. */
  function change(text: string): PlannedChange<string> {
    const [makes = "", reads = ""] = text.split(" < ");
    return { makes: makes.split(" "), reads: reads.split(" ").filter(Boolean), send: text };
  }

  function related(planned: string[], text: string): string[] {
    return relatedChanges(planned.map(change), change(text)).map(({ send }) => send);
  }

  it("are those that it depends on, in order", () => {
    const planned = ["r", "s", "a < r", "b < s", "c < a"];
    assert.deepEqual(related(planned, "x < c s"), ["r", "s", "a < r", "c < a"]);
    assert.deepEqual(related(planned, "x < old"), []);
  });

  it("are those to the same object, and those that it depends on", () => {
    assert.deepEqual(related(["r", "a < r", "s"], "a < s"), ["r", "a < r", "s"]);
  });

  it("are those that depend on it, if it is planned late", () => {
    assert.deepEqual(related(["r", "b < a r", "c < b", "d < old"], "a < old"), [
      "r",
      "b < a r",
      "c < b",
    ]);
  });

  it("include the pipelines whose cron inputs create the repos that it reads", () => {
    assert.deepEqual(related(["p p_tick", "q < old"], "x < p_tick"), ["p p_tick"]);
  });

  it("cost one each, plus those before them", () => {
    assert.equal(replayCost(0, 15), 120);
    assert.equal(replayCost(2, 1), 3);
    assert.equal(replayCost(3, 2), 4 + 5);
  });
});
