import assert from "node:assert/strict";
import fc from "fast-check";
import {
  countOf,
  formatBytes,
  formatDuration,
} from "../../../../../providers/pachyderm/change-costs/units";

describe("human-readable numbers", () => {
  it("writes sizes", () => {
    const sizes = [0, 1, 999, 1000, 1450, 99_949, 250_000, 999_999, 1.4e9, 38e9, 2e15, 5e18];
    assert.deepEqual(sizes.map(formatBytes), [
      "0 B",
      "1 B",
      "999 B",
      "1.0 kB",
      "1.4 kB",
      "99.9 kB",
      "250 kB",
      "1.0 MB",
      "1.4 GB",
      "38.0 GB",
      "2.0 PB",
      "5000 PB",
    ]);
  });

  it("writes counts with their noun", () => {
    assert.equal(countOf(0, "job"), "0 jobs");
    assert.equal(countOf(1, "job"), "1 job");
    assert.equal(countOf(1204, "datum"), "1,204 datums");
  });

  it("writes durations in their two largest units", () => {
    const durations = [0, 0.4, 1, 59.6, 90, 120, 599, 600, 2460, 3599, 3600, 7800, 86_400, 93_600];
    assert.deepEqual(durations.map(formatDuration), [
      "under 1 s",
      "under 1 s",
      "1 s",
      "1 min",
      "1 min 30 s",
      "2 min",
      "9 min 59 s",
      "10 min",
      "41 min",
      "1 h",
      "1 h",
      "2 h 10 min",
      "1 d",
      "1 d 2 h",
    ]);
  });

  it("never writes a unit that has overflowed", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (seconds) => {
        const text = formatDuration(seconds);
        assert.doesNotMatch(text, /\b(60 (s|min)|24 h)\b/);
        assert.match(text, /^(under 1 s|\d+ (s|min|h|d)( \d+ (s|min|h))?)$/);
      }),
    );
  });
});
