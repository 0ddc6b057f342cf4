import assert from "node:assert/strict";
import { judgePreview } from "../../../../../scripts/adopt/proof/judge-preview";
import type { PreviewStep } from "../../../../../scripts/preview/preview-json";

const urn = (type: string, name: string) => `urn:pulumi:dev::pachyderm-seldon::${type}::${name}`;
const USE_CASE = urn("pachyderm-seldon:index:UseCase", "reports");
const OTHER = urn("pachyderm-seldon:index:UseCase", "other");

function step(op: string, type: string, name: string, parent = USE_CASE): PreviewStep {
  return { op, urn: urn(type, name), newState: { type, parent } };
}

const useCases: PreviewStep[] = [
  { op: "create", urn: USE_CASE, newState: { type: "", parent: "" } },
  { op: "create", urn: OTHER, newState: { type: "", parent: "" } },
];

describe("the summary of an adopted use case's preview", () => {
  it("counts its own repos and pipelines at any depth, separately from the rest of the stack", () => {
    const part = urn("pachyderm-seldon:index:FurtherPipeline", "reports-a");
    const found = judgePreview(
      {
        steps: [
          ...useCases,
          { op: "create", urn: part, newState: { type: "", parent: USE_CASE } },
          step("import", "pachyderm:index:Pipeline", "reports-a-pipeline", part),
          step("import", "pachyderm:index:Repo", "reports-b"),
          step("read", "pachyderm:index:Repo", "reports-c"),
          step("create", "pachyderm:index:Repo", "reports-d"),
          step("create", "seldon:index:DeploymentCleanup", "reports-deployed"),
          step("update", "pachyderm:index:Pipeline", "other-a", OTHER),
          step("create", "kubernetes:core/v1:Secret", "pipelines-secret", ""),
          step("import", "kubernetes:core/v1:Namespace", "seldon-namespace", ""),
          step("same", "gcp:storage/bucket:Bucket", "detectors-bucket", ""),
          step("create", "pulumi:providers:pachyderm", "pachyderm", ""),
          step("create-replacement", "pachyderm:index:Branch", "other-b", OTHER),
          step("replace", "pachyderm:index:Branch", "other-b", OTHER),
          step("delete-replaced", "pachyderm:index:Branch", "other-b", OTHER),
        ],
        diagnostics: [],
      },
      "reports",
    );
    assert.deepEqual(found, {
      imports: ["reports-a-pipeline", "reports-b"],
      importedPipelines: ["reports-a-pipeline"],
      creates: ["reports-d"],
      changes: [],
      restarts: [],
      differences: [],
      others: new Map([
        ["create", ["reports-deployed", "pipelines-secret"]],
        ["update", ["other-a"]],
        ["import", ["seldon-namespace"]],
        ["replace", ["other-b"]],
      ]),
    });
  });

  it("names what changes, what restarts, and what the next update would change", () => {
    const pipeline = step("import", "pachyderm:index:Pipeline", "reports-a");
    const message =
      "pipeline default/a is imported as it is; the next update will change: spec.transform.image\n";
    const { changes, restarts, differences } = judgePreview(
      {
        steps: [
          ...useCases,
          pipeline,
          step("update", "pachyderm:index:Pipeline", "reports-b"),
          step("update", "pachyderm:index:Repo", "reports-c"),
          step("import", "pachyderm:index:Pipeline", "other-a", OTHER),
        ],
        diagnostics: [
          { severity: "info", message, urn: pipeline.urn },
          { severity: "info", message, urn: urn("pachyderm:index:Pipeline", "other-a") },
          { severity: "info", message: "anything else", urn: pipeline.urn },
        ],
      },
      "reports",
    );
    assert.deepEqual(changes, ["reports-b", "reports-c"]);
    assert.deepEqual(restarts, ["reports-b"]);
    assert.deepEqual(differences, ["reports-a: spec.transform.image"]);
  });
});
