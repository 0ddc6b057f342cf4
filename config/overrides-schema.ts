import { z } from "zod";
import { checkBranchName, checkCommitId, checkRepoName } from "../components/common/names";
import { block, checkedText, count, duration, flag, image, text } from "./schema-parts";

/** https://docs.pachyderm.com/latest/build-dags/pipeline-spec/resource-requests/ */
const resources = () =>
  z
    .strictObject(
      {
        /** Cores. */
        cpu: z.number({ error: "expected a number of cores, such as 0.5" }).positive().optional(),
        /** Bytes with a unit. */
        memory: text("expected an amount of memory, such as 4Gi").optional(),
        /** Bytes with a unit. */
        disk: text("expected an amount of disk, such as 10Gi").optional(),
        gpu: z
          .strictObject(
            {
              /** The resource's name in Kubernetes. */
              type: z.string({ error: "expected a kind of GPU, such as nvidia.com/gpu" }),
              number: z.int({ error: "expected a whole number of GPUs" }).positive(),
            },
            block,
          )
          .optional(),
      },
      block,
    )
    .optional();

const reprocess = "expected a string, such as today's date in quotes";
const requests = "expected a whole number of requests, 1 or more";

/** What a stack's configuration may change in a use case. Omitted keys keep their values. */
export const overridesSchema = z.strictObject(
  {
    data: z
      .strictObject(
        {
          /** The repo for the training data. */
          repo: checkedText("expected the name of a repo", checkRepoName).optional(),
          /** Whether the repo exists outside of the stack: used, never changed or deleted. */
          existing: flag().optional(),
          /** The branch of the existing repo that the use case's own branch of it starts at. */
          branch: checkedText("expected the name of a branch", checkBranchName).optional(),
          /** The commit of the existing repo that the use case's own branch of it is at. */
          commit: checkedText(
            "expected the id of a commit (in quotes if it has only digits)",
            checkCommitId,
          ).optional(),
          /** Whether data and models are kept when the use case leaves the stack. */
          keep: flag().optional(),
          /**
           * Whether `seldon.dataReader` gets access to the repo even though it is an existing one.
           */
          grantReader: flag().optional(),
        },
        block,
      )
      .optional(),
    training: z
      .strictObject(
        {
          /** Whether to deploy the models of the pipeline without a prefix instead of training. */
          defer: flag().optional(),
          /** The training image. */
          image: image().optional(),
          /** The Git repository of the experiment. */
          gitUrl: text("expected the URL of a Git repository").optional(),
          /** The branch, tag or commit of the experiment. */
          gitRef: text(
            "expected a Git branch, tag or commit (in quotes if it has only digits)",
          ).optional(),
          /** The experiment's folder in the Git repository. */
          subDir: text("expected a folder of the Git repository").optional(),
          /** The experiment's configuration file. */
          config: text("expected a file in the experiment's folder").optional(),
          /** Any text; when it changes, the next update processes all datums again, once. */
          reprocess: z.string({ error: reprocess }).optional(),
          /** What each worker requests from Kubernetes. */
          resourceRequests: resources(),
          /** The most that each worker may use. */
          resourceLimits: resources(),
        },
        block,
      )
      .optional(),
    deployment: z
      .strictObject(
        {
          /** The deployment image. */
          image: image().optional(),
          /** The image that serves the model. */
          servingImage: image().optional(),
          /** How many requests a detector evaluates in one batch. */
          detectBatchSize: count(requests).optional(),
          /** Any text; when it changes, the next update processes all datums again, once. */
          reprocess: z.string({ error: reprocess }).optional(),
          /** What each worker requests from Kubernetes. */
          resourceRequests: resources(),
          /** The most that each worker may use. */
          resourceLimits: resources(),
        },
        block,
      )
      .optional(),
    /** Further pipelines, by their key in the use case. */
    pipelines: z
      .record(
        z.string(),
        z.strictObject(
          {
            /** The pipeline's image. */
            image: image().optional(),
            /** Any text; when it changes, the next update processes all datums again, once. */
            reprocess: z.string({ error: reprocess }).optional(),
            /** What each worker requests from Kubernetes. */
            resourceRequests: resources(),
            /** The most that each worker may use. */
            resourceLimits: resources(),
          },
          block,
        ),
        { error: "expected an object with pipelines by their key in the use case" },
      )
      .optional(),
    /** Refuses an update that would kill a job which has run for this long. Default: no update is refused. */
    refuseWhileRunning: duration().optional(),
    /** The parts of the platform that are dedicated to the use case instead of shared. */
    dedicated: z
      .strictObject(
        {
          /** A dedicated Secret. */
          secret: flag().optional(),
          /** A dedicated detector bucket. */
          bucket: flag().optional(),
          /** A dedicated Seldon namespace, which implies a dedicated Secret, because the Secret names it. */
          namespace: flag().optional(),
        },
        block,
      )
      .optional(),
  },
  { error: "expected an object with overrides, or {} for none" },
);

export type UseCaseOverrides = z.infer<typeof overridesSchema>;
