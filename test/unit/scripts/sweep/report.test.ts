import assert from "node:assert/strict";
import { describeFindings, type Findings, isClean, toJson } from "../../../../scripts/sweep/report";

const NOW = new Date("2026-11-26T12:00:00Z");
const name = { organization: "organization", project: "pachyderm-seldon" };
const findings: Findings = {
  expired: [
    { ...name, stack: "pr-7", expired: "2026-11-20", resources: 13 },
    {
      ...name,
      stack: "qa",
      expired: "2026-11-20",
      resources: 1,
      kept: "its resources are protected",
    },
  ],
  leftBehind: [
    {
      kind: "pipeline",
      id: "default/pr-12-model",
      stack: "pr-12",
      created: "2026-11-23T10:00:00Z",
      bytes: 1_400_000_000,
      workers: 2,
      reads: ["default/x@master"],
      secrets: ["default/s"],
    },
    {
      kind: "secret",
      id: "default/pr-12-pipeline-secret",
      stack: "pr-12",
      marks: { owner: "alice" },
      created: "2026-11-26T11:59:00Z",
      uid: "1",
    },
    { kind: "deployment", id: "pr-12-seldon/pets", stack: "pr-12", detectors: 1 },
  ],
  leftAlone: [{ kind: "branch", id: "default/pets@pr-12-x", reason: "unmarked" }],
  problems: [],
  unknown: [],
};

describe("the report of a sweep", () => {
  it("names what is left behind by stack, with age, size and running workers", () => {
    assert.deepEqual(describeFindings(findings, NOW), [
      "stack organization/pachyderm-seldon/pr-7 expired on 2026-11-20 (13 resources)",
      "stack organization/pachyderm-seldon/qa expired on 2026-11-20 (1 resource), kept: its resources are protected",
      "left behind by stack pr-12, which no longer exists (owner alice):",
      "  pipeline default/pr-12-model (3 d 2 h old, 1.4 GB, 2 running workers)",
      "  secret default/pr-12-pipeline-secret (1 min old)",
      "  deployment pr-12-seldon/pets (1 detector)",
      "kept:",
      "  branch default/pets@pr-12-x: unmarked",
    ]);
  });

  it("says that there is nothing to sweep", () => {
    const clean = { expired: [], leftBehind: [], leftAlone: [], problems: [], unknown: [] };
    assert.deepEqual(describeFindings(clean, NOW), ["nothing to sweep"]);
    assert.ok(
      isClean({ ...clean, expired: findings.expired.slice(1), leftAlone: findings.leftAlone }),
    );
    assert.ok(!isClean(findings));
    assert.deepEqual(describeFindings({ ...clean, problems: ["Kubernetes: no"] }, NOW), []);
  });

  it("has the same contents as JSON", () => {
    const removed = {
      failures: [{ what: "x", problem: "y" }],
      kept: [{ what: "z", reason: "renewed" }],
    };
    const json = JSON.parse(JSON.stringify(toJson(findings, removed)));
    assert.equal(json.version, 1);
    assert.deepEqual(json.leftBehind[0], {
      kind: "pipeline",
      id: "default/pr-12-model",
      stack: "pr-12",
      created: "2026-11-23T10:00:00Z",
      bytes: 1_400_000_000,
      workers: 2,
    });
    assert.deepEqual(json.kept, [
      { kind: "branch", id: "default/pets@pr-12-x", reason: "unmarked" },
    ]);
    assert.deepEqual(json.deletion, removed);
    assert.deepEqual(json.problems, []);
    assert.ok(!("deletion" in toJson(findings, undefined)));
  });
});
