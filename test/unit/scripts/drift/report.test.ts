import assert from "node:assert/strict";
import { renderDrift } from "../../../../scripts/drift/report";
import { markerOf } from "../../../../scripts/github/marker";
import { LONGEST_TEXT, sizeOf } from "../../../../scripts/markdown/limit";

describe("a drift report", () => {
  it("is one line if nothing drifted", () => {
    assert.deepEqual(renderDrift("prod", []).summary, ["stack prod: no drift"]);
  });

  it("names each resource with its fields, for the terminal and for an issue", () => {
    const drifted = [
      { name: "a-training-pipeline", op: "update", lines: ['- image: "a"', '+ image: "b"'] },
      { name: "b-data", op: "delete", lines: [] },
    ];
    const { title, body, summary } = renderDrift("prod", drifted);
    assert.equal(title, "Drift: 2 resources of prod changed outside of Pulumi");
    assert.deepEqual(summary, [
      "stack prod: 2 resources changed outside of Pulumi",
      "  changed: a-training-pipeline",
      '    - image: "a"',
      '    + image: "b"',
      "  deleted: b-data",
    ]);
    assert.ok(body.startsWith(`${markerOf("drift", "prod")}\n`));
    assert.ok(
      body.includes('changed: `a-training-pipeline`\n```diff\n- image: "a"\n+ image: "b"\n```'),
    );
  });

  it("stays within GitHub's size limit", () => {
    const lines = ["+ x".repeat(1_000)];
    const drifted = Array.from({ length: 500 }, (_, index) => ({
      name: `r${index}`,
      op: "update",
      lines,
    }));
    const { body } = renderDrift("prod", drifted);
    assert.ok(sizeOf(body) <= LONGEST_TEXT, String(sizeOf(body)));
    assert.match(body, /\nand \d+ more: see the log of the workflow\n$/);
  });
});
