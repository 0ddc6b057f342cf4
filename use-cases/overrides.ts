import { z } from "zod";
import { checkImageName } from "../components/names";
import type { UseCaseDefinition } from "./definition";

const text = (takes: string) => z.string({ error: takes }).min(1, { error: takes }).optional();
const image = () => {
  const takes = "takes the name of a container image, such as registry.example.com/team/train:1.0";
  const check = (name: string) => checkImageName(name) === undefined;
  return z.string({ error: takes }).refine(check, { error: takes }).optional();
};
const block = "takes a block of keys, such as {image: …}";

/** What a stack's configuration may change of a use case. What it leaves out stays. */
export const overridesSchema = z.strictObject(
  {
    training: z
      .strictObject(
        {
          /** The training image. */
          image: image(),
          /** The Git repository of the experiment. */
          gitUrl: text("takes the URL of a Git repository"),
          /** The branch, tag or commit of the experiment. */
          gitRef: text("takes a Git branch, tag or commit (one of digits only in quotes)"),
          /** The experiment's folder in the Git repository. */
          subDir: text("takes a folder of the Git repository"),
          /** The experiment's configuration file. */
          config: text("takes a file in the experiment's folder"),
        },
        { error: block },
      )
      .optional(),
    deployment: z
      .strictObject(
        {
          /** The deployment image. */
          image: image(),
          /** The image that serves the model. */
          servingImage: image(),
          /** How many requests a detector looks at together. */
          detectBatchSize: z
            .int({ error: "takes a whole number of requests, 1 or more" })
            .positive({ error: "takes a whole number of requests, 1 or more" })
            .optional(),
        },
        { error: block },
      )
      .optional(),
  },
  { error: "takes a block with what changes, {} for nothing" },
);

export type UseCaseOverrides = z.infer<typeof overridesSchema>;

/** The use case with the changes made. */
export function applyOverrides(
  definition: UseCaseDefinition,
  { training, deployment }: UseCaseOverrides,
): UseCaseDefinition {
  return {
    ...definition,
    training: { ...definition.training, ...training },
    deployment: { ...definition.deployment, ...deployment },
  };
}

/** The use case with the prefix in front of every name that it takes in a shared place. */
export function prefixNames(prefix: string, definition: UseCaseDefinition): UseCaseDefinition {
  const { data, training, deployment } = definition;
  return {
    data: data.existing === true ? data : { ...data, repo: prefix + data.repo },
    training: { ...training, name: prefix + training.name, model: prefix + training.model },
    deployment: {
      ...deployment,
      name: prefix + deployment.name,
      deployName: prefix + deployment.deployName,
    },
  };
}
