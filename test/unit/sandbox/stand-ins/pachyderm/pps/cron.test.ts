import assert from "node:assert/strict";
import { nextTime } from "../../../../../../sandbox/stand-ins/pachyderm/pps/cron";

const next = (spec: string, after: string) => {
  const time = nextTime(spec, Date.parse(after));
  return time === undefined ? undefined : new Date(time).toISOString().replace(".000Z", "Z");
};

describe("the next tick of a cron input", () => {
  for (const [spec, after, expected] of [
    ["@every 5s", "2026-01-01T00:00:03.900Z", "2026-01-01T00:00:08Z"],
    ["@every 1h30m", "2026-01-01T00:00:00Z", "2026-01-01T01:30:00Z"],
    ["@every 10ms", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"],
    ["@yearly", "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"],
    ["@daily", "2026-02-28T12:00:00Z", "2026-03-01T00:00:00Z"],
    ["*/15 * * * *", "2026-01-01T10:50:00Z", "2026-01-01T11:00:00Z"],
    ["30 4 1,15 * *", "2026-01-02T00:00:00Z", "2026-01-15T04:30:00Z"],
    ["0 9 * * mon-fri", "2026-11-27T10:00:00Z", "2026-11-30T09:00:00Z"],
    ["0 0 13 * 5", "2026-11-25T00:00:00Z", "2026-11-27T00:00:00Z"],
    ["0 0 31 2 *", "2026-01-01T00:00:00Z", undefined],
    ["@never", "2026-01-01T00:00:00Z", undefined],
  ] as const)
    it(`${spec} after ${after}: ${expected ?? "never"}`, () =>
      assert.equal(next(spec, after), expected));
});
