import type { UseCaseDefinition } from "../definition";

/** Classifies images of dogs and cats. */
export const imageClassification: UseCaseDefinition = {
  data: { repo: "dogs-and-cats" },
  training: {
    name: "dogs-and-cats-model",
    image: "gcr.io/determined-ai/pachyderm-seldon/train:0.0.19",
    gitUrl: "https://git@github.com:/determined-ai/works-with-determined.git",
    gitRef: "master",
    subDir: "pachyderm-seldon/use-case/image-classification/experiment",
    config: "const.yaml",
    model: "dogs-and-cats",
  },
  deployment: {
    name: "dogs-and-cats-deploy",
    image: "gcr.io/determined-ai/pachyderm-seldon/deploy:0.0.7",
    deployName: "dogcat-deploy",
    detectorCredentials: false,
    detectBatchSize: 4,
    servingImage: "gcr.io/determined-ai/pachyderm-seldon/serve:0.0.6",
  },
};
