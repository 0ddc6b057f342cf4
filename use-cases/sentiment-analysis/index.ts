import { deploymentKeys, trainingKeys } from "../../components/pipeline-secret/credentials";
import type { UseCaseDefinition } from "../definition";

/** Mounts Determined's shared checkpoints into the workers. `podPatch` is RFC 6902. */
const podPatch = [
  {
    op: "add",
    path: "/volumes/-",
    value: {
      name: "det-checkpoints",
      hostPath: { path: "/mnt/mapr_nfs/determined/det_checkpoints", type: "Directory" },
    },
  },
  {
    op: "add",
    path: "/containers/0/volumeMounts/-",
    value: { mountPath: "/determined_shared_fs", name: "det-checkpoints" },
  },
];

/** Analyzes the sentiment of financial news. */
export const sentimentAnalysis: UseCaseDefinition = {
  data: { repo: "finbert-data" },
  training: {
    name: "finbert-train",
    description:
      "Detects changed files into a repository and triggers a retraining on that dataset",
    image: "hugcyrill/pds:train_0.0.2",
    gitUrl: "https://git@github.com:/hugcyrill/pds-use-cases.git",
    gitRef: "main",
    subDir: "use-cases/finbert/experiment",
    config: "const.yaml",
    model: "finbert",
    spec: { podPatch },
  },
  deployment: {
    name: "finbert-deploy",
    description: "Deploys a model into production via the Seldon Deploy REST APIs.",
    image: "hugcyrill/pds:deploy_0.0.4",
    deployName: "finbert",
    detectorCredentials: false,
    detectBatchSize: 4,
    servingImage: "hugcyrill/pds:serve_finbert_0.0.1",
    // in the original's order
    secretKeys: [...new Set([...trainingKeys, ...deploymentKeys])],
    spec: { podPatch },
  },
};
