import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_BRANCH } from "../../providers/pachyderm/rules";
import { noteInPreview } from "../common/lifetime";
import { checkRepoName } from "../common/names";
import { checked } from "../common/validation";
import { type OwnBranchArgs, ownBranch } from "./data-repo";
import type { ProgramRepo } from "./program-repos";

/** The output repo of a training pipeline that exists outside of the stack. */
export interface ExistingModelsArgs {
  readonly repo: pulumi.Input<string>;
  /** The project that the repo is in. */
  readonly project: string;
  /** The branch of the repo that the use case creates and the deployment pipeline reads. */
  readonly ownBranch: OwnBranchArgs;
}

/** The models of another training pipeline, at the use case's own branch of its output repo. */
export function readModels(
  name: string,
  models: ExistingModelsArgs,
  parent: pulumi.Resource,
): ProgramRepo {
  const owner = `UseCase "${name}": models`;
  const repo = checked(`${owner}.repo`, models.repo, checkRepoName);
  const branch = ownBranch(`${name}-models-branch`, repo, models.project, models.ownBranch, parent);
  pulumi
    .all([repo, branch])
    .apply(([known, own]) =>
      noteInPreview(
        `the use case deploys the models of ${models.project}/${known} from the stack's own ` +
          `branch ${own} of that repo, and trains none`,
        parent,
      ),
    );
  return { repo, branch: { name: branch, of: models.ownBranch.fromBranch ?? DEFAULT_BRANCH } };
}
