import assert from "node:assert/strict";
import { type Check, once, passed, Unavailable } from "../../../../scripts/doctor/check";
import { runChecks } from "../../../../scripts/doctor/run-checks";
import { linesOf } from "../../../support/doctor";

function check(name: string, run: Check["run"], limitMs?: number): Check {
  return { area: "tools", name, title: name, run, ...(limitMs && { limitMs }) };
}

describe("running checks", () => {
  it("keeps their order, whichever ends first", async () => {
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const findings = await runChecks([
      check("first", async () => {
        await slow;
        return [passed("a"), passed("b", { subject: "thing" })];
      }),
      check("second", async () => {
        release(); // they run at the same time, or this would never end
        return [passed("c")];
      }),
    ]);
    assert.deepEqual(
      findings.map((one) => [one.check, one.subject, one.found]),
      [
        ["tools.first", null, "a"],
        ["tools.first", "thing", "b"],
        ["tools.second", null, "c"],
      ],
    );
  });

  it("ends a check that takes too long, and continues with the others", async () => {
    const never = check("never", () => new Promise(() => {}), 10);
    const lines = await linesOf([never, check("other", async () => [passed("fine")])]);
    assert.deepEqual(lines, ["failed no result within 0.01 s", "passed fine"]);
  });

  it("reports an error as a finding in one line, and what another check already reports as unchecked", async () => {
    const failing = check("failing", async () => {
      throw new Error("two\n  lines");
    });
    const blind = check("blind", async () => {
      throw new Unavailable("the cluster is not reachable: see above");
    });
    assert.deepEqual(await linesOf([failing, blind]), [
      "failed two lines",
      "unchecked the cluster is not reachable: see above",
    ]);
  });

  it("queries a system once for all checks", async () => {
    let asked = 0;
    const ask = once(async () => ++asked);
    assert.deepEqual([await ask(), await ask()], [1, 1]);
  });
});
