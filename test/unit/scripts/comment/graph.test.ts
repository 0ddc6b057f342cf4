import assert from "node:assert/strict";
import {
  type GraphPipeline,
  knownPipelines,
  mermaidGraph,
} from "../../../../scripts/comment/graph";
import type { PreviewStep } from "../../../../scripts/preview/preview-json";

function pipelineStep(name: string, input: object): PreviewStep {
  const inputs = { spec: { pipeline: { name }, input } };
  return {
    op: "same",
    urn: `urn:pulumi:s::p::a:index:A$pachyderm:index:Pipeline::${name}`,
    newState: { type: "pachyderm:index:Pipeline", inputs },
  };
}

describe("the picture of a change", () => {
  it("contains what pipelines read, at any depth of the input and in any project", () => {
    const cross = {
      cross: [{ pfs: { repo: "x" } }, { union: [{ pfs: { repo: "y", project: "q" } }] }],
    };
    const steps = [
      pipelineStep("a", cross),
      pipelineStep("b", { cron: { name: "t", spec: "@daily" } }),
    ];
    assert.deepEqual(
      [...knownPipelines({ steps, diagnostics: [] }, "ml")],
      [
        ["ml/a", { resource: "a", reads: ["ml/x", "q/y"] }],
        ["ml/b", { resource: "b", reads: [] }],
      ],
    );
  });

  it("shows what changes and what is downstream, but not what stays", () => {
    const graph = mermaidGraph([
      { key: "default/a", reads: ["default/data"], fate: "changed" },
      { key: "default/b", reads: ["default/a"], fate: "downstream" },
      { key: "default/c", reads: ["default/other"], fate: "unchanged" },
    ]);
    assert.ok(graph.includes('  n2[("data")]'));
    assert.ok(graph.includes("  n2 --> n0"));
    assert.ok(graph.includes("  class n0 changed"));
    assert.ok(graph.includes("  class n1 downstream"));
    assert.ok(!graph.join("\n").includes("other"));
  });

  it("shows what a changed pipeline deploys, separately from a pipeline of that name", () => {
    const graph = mermaidGraph([
      { key: "default/a", reads: [], deploys: "seldon/m", fate: "changed" },
      { key: "seldon/m", reads: [], fate: "changed" },
    ]);
    assert.ok(graph.includes('  n2{{"seldon/m"}}'));
    assert.ok(graph.includes("  n0 --> n2"));
  });

  it("is omitted if it would be unreadable", () => {
    const many = Array.from({ length: 70 }, (_, index): GraphPipeline => {
      return { key: `default/p${index}`, reads: [], fate: "changed" };
    });
    assert.deepEqual(mermaidGraph(many), []);
    assert.deepEqual(mermaidGraph([]), []);
    // GitHub draws at most 279 arrows
    const wide = many
      .slice(0, 20)
      .map((each) => ({ ...each, reads: many.slice(0, 20).map(({ key }) => key) }));
    assert.deepEqual(mermaidGraph(wide), []);
  });
});
