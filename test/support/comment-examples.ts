import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommentInput } from "../../scripts/comment/comment";
import { planOf } from "../../scripts/plan/plan";
import { errorsOf, readPreview } from "../../scripts/preview/preview-json";
import { costReport, pipelineCost } from "./cost-report";

const FIXTURES = join(__dirname, "../fixtures/comments");

/** A file of `test/fixtures/comments`. */
export function commentFixture(file: string): string {
  return readFileSync(join(FIXTURES, file), "utf8");
}

/** The costs of the recorded preview, as if the pipelines had a history. */
export const UPDATE = costReport(
  [
    pipelineCost("dogs-and-cats-model", {
      category: "reprocess",
      fields: [{ path: "spec.transform.image", category: "restart" }],
      datums: { processed: 1204, total: 1204, vanishing: 0, upTo: false },
      bytes: 38e9,
      time: { p50Seconds: 7800, p90Seconds: 10_200, jobs: 9, workers: 8 },
      killedJobs: [
        { id: "a", state: "JOB_RUNNING", seconds: 2460 },
        { id: "b", state: "JOB_CREATED", seconds: 0 },
      ],
    }),
    pipelineCost("dogs-and-cats-deploy", {
      category: "restart",
      effects: ["replaces the model that serves"],
      because: ["default/dogs-and-cats-model"],
    }),
    pipelineCost("finbert-train", { category: "delete", datums: null, bytes: null }),
    pipelineCost("finbert-deploy", {
      category: "delete",
      datums: null,
      bytes: null,
      deletedBytes: 4e8,
    }),
    pipelineCost("weekly", {
      project: "reports",
      member: false,
      category: "downstream",
      datums: { processed: 52, total: 52, vanishing: 0, upTo: true },
      bytes: 2e9,
      because: ["default/dogs-and-cats-model"],
      effects: ["egress to gs://reports runs again"],
    }),
  ],
  { killedJobs: 2, killedSeconds: 2460, deletedBytes: 1.4e9, outside: 1 },
  {
    repos: [
      {
        project: "default",
        name: "finbert-data",
        urn: "urn:pulumi:prod::pachyderm-seldon::pachyderm-seldon:index:UseCase$pachyderm:index:Repo::sentiment-analysis-data",
        deletedBytes: 1e9,
        readers: [],
        unknown: [],
      },
    ],
    notLookedUp: ["jobs of reports/weekly: no permission (403)"],
  },
);

/** The parts of the comment about a recorded preview, with the values of a test. */
export function commentInput(file: string, more: Partial<CommentInput> = {}): CommentInput {
  const preview = more.preview ?? readPreview(commentFixture(file));
  const failed = errorsOf(preview).length > 0;
  const plan = failed ? undefined : planOf(preview, { stack: "prod", key: "k", ciphertexts: {} });
  const costs = failed ? undefined : UPDATE;
  return { stack: "prod", costs, plan, commit: COMMIT, pullRequest: 12, ...more, preview };
}

/** The commit of the comments. */
export const COMMIT = "4f1c0de5a7".repeat(4);
