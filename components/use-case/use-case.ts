import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_BRANCH } from "../../providers/pachyderm/rules";
import { Component } from "../common/component";
import { lifetimeOptions, noteInPreview } from "../common/lifetime";
import type { UseCaseArgs } from "./args";
import type { DeploymentStatus } from "./deployment-pipeline";
import { repoResource } from "./further-repos";
import { type Parts, partsOf } from "./parts";
import type { PipelineStatus } from "./pipeline-status";
import type { ProgramRepo } from "./program-repos";
import type { TrainingPipeline } from "./training-pipeline";

/** Data, a pipeline that trains models on it, a pipeline that deploys them, and further pipelines. */
export class UseCase extends Component {
  /** The repo that the training data is put into; undefined if the use case does not train. */
  readonly dataRepo: pulumi.Output<string> | undefined;
  /** The repo with the models that are deployed; undefined if there are none. */
  readonly modelRepo: pulumi.Output<string> | undefined;
  /** The output repo of the deployment pipeline; undefined if there is none. */
  readonly deploymentRepo: pulumi.Output<string> | undefined;
  /** Each repo that the use case creates or that its pipelines create, by name; their readers wait for it. */
  readonly repos: Readonly<Record<string, pulumi.Output<string>>>;
  /** The pipelines' status in Pachyderm. */
  readonly pipelines: {
    training?: PipelineStatus;
    deployment?: PipelineStatus;
    further?: Readonly<Record<string, PipelineStatus>>;
  };
  /** The deployment in Seldon; undefined if there is none. */
  readonly deployment: DeploymentStatus | undefined;
  /**
   * The command that puts data into the repo, which starts a training; undefined if the use case
   * does not train.
   */
  readonly next: pulumi.Output<string> | undefined;

  constructor(name: string, args: UseCaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("UseCase", name, opts);
    const { data, disposable, keep = data?.keep } = args;
    const lifetime = { disposable, keep };
    const parts = partsOf({ name, args, component: this, protect: opts?.protect, lifetime });

    const [trained, models, deployed] = [
      parts.training?.(),
      parts.models?.(),
      parts.deployment?.(),
    ];
    const further = Object.fromEntries(
      Object.entries(parts.pipelines).map(([key, create]) => [key, create().status]),
    );
    this.dataRepo = parts.data?.().repo;
    this.modelRepo = models?.repo;
    this.deploymentRepo = deployed?.outputRepo;
    this.repos = parts.readable.all();
    this.pipelines = {
      ...(trained && { training: trained.status }),
      ...(deployed && { deployment: deployed.status }),
      ...(args.pipelines && { further }),
    };
    this.deployment = deployed?.deployment;
    this.next = trained && parts.data && uploadCommand(parts.data(), args, trained);
    noteKept(name, { keep, parts }, this);
    const { retainOnDelete } = lifetimeOptions(lifetime, opts?.protect);
    this.registerOutputs({
      dataRepo: this.dataRepo,
      modelRepo: this.modelRepo,
      deploymentRepo: this.deploymentRepo,
      pipelines: this.pipelines,
      deployment: this.deployment,
      next: this.next,
      // once the use case leaves the program, only the state shows whether its repos are kept
      dataStays: retainOnDelete || data?.existing === true || data?.inProgram === true,
      ...(args.repos && {
        repoStays: Object.fromEntries(
          Object.entries(args.repos).map(([key, { existing }]) => [
            repoResource(name, key),
            retainOnDelete || existing === true,
          ]),
        ),
      }),
    });
  }
}

/** The command that puts data into the repo. */
function uploadCommand(
  { repo, branch }: ProgramRepo,
  { training }: UseCaseArgs,
  { project }: TrainingPipeline,
): pulumi.Output<string> {
  const name = branch?.name ?? training?.branch ?? DEFAULT_BRANCH;
  return pulumi.interpolate`pachctl put file ${repo}@${name}:/ --project ${project} --recursive --file FOLDER`;
}

/** Reports in previews what is kept when the use case leaves the stack. */
function noteKept(
  name: string,
  { keep, parts }: { readonly keep: boolean | undefined; readonly parts: Parts },
  useCase: UseCase,
): void {
  const kept = [
    ...(parts.data ? ["data and models"] : []),
    ...(Object.keys(parts.repos).length > 0 ? ["further repos"] : []),
    ...(Object.keys(parts.pipelines).length > 0 ? ["results of further pipelines"] : []),
  ];
  if (!keep || kept.length === 0) return;
  noteInPreview(
    `UseCase "${name}": data.keep is set: ${kept.join(", ")} are kept when the use case leaves the stack`,
    useCase,
  );
}
