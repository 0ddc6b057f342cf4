import assert from "node:assert/strict";
import { stackGraph } from "../../../../scripts/render/stack-graph";

const provider = { type: "pulumi:providers:pachyderm", name: "p", inputs: { project: "default" } };

describe("the graph of a stack", () => {
  it("has each repo and schedule once, at any depth, and with unchanged names", () => {
    const specs = [
      {
        pipeline: { name: "a" },
        input: {
          cross: [
            { pfs: { repo: "x", glob: "/" } },
            { union: [{ pfs: { repo: "x", project: "team" } }, { pfs: { repo: 'x"]; end' } }] },
            { cron: { name: "t", spec: "@every 1h" } },
          ],
        },
      },
      {
        pipeline: { name: "b" },
        input: {
          join: [
            { pfs: { repo: "a" } },
            { pfs: { repo: "x" } },
            { pfs: { repo: "x", branch: "b" } },
          ],
        },
      },
      { pipeline: { name: "spout" } },
    ];
    assert.deepEqual(stackGraph(specs, [provider]).split("\n"), [
      "```mermaid",
      "flowchart LR",
      '  n0["a"]',
      '  n1["b"]',
      '  n2["spout"]',
      '  n3[("x")]',
      '  n4[("team/x")]',
      '  n5[("x#34;#93;#59; end")]',
      '  n6(["#64;every 1h"])',
      "  n3 --> n0",
      "  n4 --> n0",
      "  n5 --> n0",
      "  n6 --> n0",
      "  n0 --> n1",
      "  n3 --> n1",
      "```",
      "",
    ]);
  });
});
