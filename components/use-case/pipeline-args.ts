import * as pulumi from "@pulumi/pulumi";
import type * as pachyderm from "../../providers/pachyderm";
import { DEFAULT_BRANCH } from "../../providers/pachyderm/rules";
import { checkImageName, checkPipelineName, isEnvironmentVariable } from "../common/names";
import { type Option, optionWords, shellLine } from "../common/shell-line";
import { checked } from "../common/validation";
import type { PipelineSecret } from "../pipeline-secret/pipeline-secret";

/** What training and deployment pipelines have in common. */
export interface CommonPipelineArgs {
  /** The pipeline's name, and that of its output repo. At most 51 letters, digits, `_` and `-`. */
  readonly name: pulumi.Input<string>;
  /** A description of the pipeline. */
  readonly description?: pulumi.Input<string>;
  /** The image that the workers run. */
  readonly image: pulumi.Input<string>;
  /** The Secret with the workers' environment. */
  readonly secret: PipelineSecret;
  /** The keys of the Secret that the program reads; `det_user` becomes the variable `DET_USER`. */
  readonly secretKeys?: readonly string[];
  /** The branch of the input repo. Default: `master`. */
  readonly branch?: pulumi.Input<string>;
  /** The glob pattern that splits the branch into datums. Default: `/`, a single datum. */
  readonly glob?: pulumi.Input<string>;
  /**
   * Any text. When it changes, the next update processes all datums again, once. Otherwise datums
   * that are already processed are skipped, even if the image changes. Default: "".
   */
  readonly reprocess?: pulumi.Input<string>;
  /** The name of the setting that sets `reprocess`, for previews. Default: `reprocess`. */
  readonly reprocessHint?: string;
  /** Further arguments of the program, for images that accept more. */
  readonly extraArgs?: pulumi.Input<pulumi.Input<string>[]>;
  /** Further fields of the pipeline spec, such as `podPatch` or `resourceRequests`. */
  readonly spec?: Omit<pachyderm.PipelineSpec, "pipeline" | "description" | "input" | "transform">;
}

type OptionInput = readonly [name: string, value: pulumi.Input<string | number> | undefined];

/** What distinguishes training and deployment pipelines. */
interface Program {
  /** The Python program in the image. */
  readonly script: string;
  readonly options: readonly OptionInput[];
  readonly inputRepo: pulumi.Input<string>;
  /** Whether the files that the program gets are empty, so that it sees only their names. */
  readonly emptyFiles?: boolean;
  readonly secretKeys: readonly string[];
}

/** The arguments of the Pachyderm pipeline that runs the program. */
export function pipelineArgs(
  owner: string,
  args: CommonPipelineArgs,
  program: Program,
): pachyderm.PipelineArgs {
  const { secrets, restartTriggers } = secretEnvironment(owner, args.secret, program.secretKeys);
  return {
    spec: {
      pipeline: { name: checked(`${owner}: name`, args.name, checkPipelineName) },
      ...(args.description !== undefined && { description: args.description }),
      input: {
        pfs: {
          name: "data",
          repo: program.inputRepo,
          branch: args.branch ?? DEFAULT_BRANCH,
          glob: args.glob ?? "/",
          ...(program.emptyFiles && { empty_files: true }),
        },
      },
      transform: {
        cmd: ["/bin/sh"],
        stdin: [commandLine(args, program)],
        image: checked(`${owner}: image`, args.image, checkImageName),
        secrets,
      },
      ...args.spec,
    },
    // the first value does not count as a change, so one is set from the start
    reprocess: args.reprocess ?? "",
    reprocessHint: args.reprocessHint,
    restartTriggers,
  };
}

/** The Secret's keys as variables of the workers, which restart when a value changes. */
export function secretEnvironment(owner: string, secret: PipelineSecret, keys: readonly string[]) {
  return {
    secrets: keys.map((key) => ({
      name: secret.name,
      key,
      env_var: environmentVariable(owner, key),
    })),
    restartTriggers: Object.fromEntries(keys.map((key) => [key, secret.restartTrigger(key)])),
  };
}

/** The line that the workers' shell reads. */
function commandLine({ extraArgs }: CommonPipelineArgs, { script, options }: Program) {
  const values = pulumi.all(options.map(([, value]) => value));
  return pulumi.all([values, extraArgs]).apply(([known, extra]) => {
    const given = options.map(([name], index): Option => [name, known[index]]);
    return shellLine(["python", script, ...optionWords(given, extra)]);
  });
}

function environmentVariable(owner: string, key: string): string {
  if (isEnvironmentVariable(key)) return key.toUpperCase();
  throw new pulumi.RunError(
    `${owner}: secretKeys has "${key}", which is not valid as an environment variable: use letters, digits and _`,
  );
}
