import { branchKey } from "../names";
import { keyOf } from "../pfs/repo-records";
import type { Json } from "../spec/json";

/** The parts of a CreatePipelineRequest that the server acts on, as protojson prints them. */
export interface PipelineSpec {
  readonly [field: string]: Json | undefined;
  readonly outputBranch?: string;
  readonly salt?: string;
  readonly podSpec?: string;
  readonly podPatch?: string;
  readonly reprocessSpec?: string;
  readonly autoscaling?: boolean;
  readonly reprocess?: boolean;
  readonly update?: boolean;
  readonly s3Out?: boolean;
  readonly maximumExpectedUptime?: string;
}

export interface SecretMount {
  readonly name?: string;
  readonly key?: string;
  readonly mountPath?: string;
  readonly envVar?: string;
}

export interface Trigger {
  readonly branch?: string;
  readonly rateLimitSpec?: string;
  readonly size?: string;
  readonly commits?: string;
  readonly cronSpec?: string;
}

export interface PfsInput {
  readonly project?: string;
  readonly name?: string;
  readonly repo?: string;
  readonly repoType?: string;
  readonly branch?: string;
  readonly commit?: string;
  readonly glob?: string;
  readonly joinOn?: string;
  readonly outerJoin?: boolean;
  readonly groupBy?: string;
  readonly lazy?: boolean;
  readonly emptyFiles?: boolean;
  readonly s3?: boolean;
  readonly trigger?: Trigger;
}

export interface CronInput {
  readonly name?: string;
  readonly project?: string;
  readonly repo?: string;
  readonly spec?: string;
  readonly start?: string;
  readonly overwrite?: boolean;
}

export interface Input {
  readonly pfs?: PfsInput;
  readonly cron?: CronInput;
  readonly join?: readonly Input[];
  readonly group?: readonly Input[];
  readonly cross?: readonly Input[];
  readonly union?: readonly Input[];
}

export interface Service {
  readonly type?: string;
}

/** Typed access to the nested messages of a spec. */
export const inputOf = (spec: PipelineSpec) => spec.input as Input | undefined;
export const serviceOf = (spec: PipelineSpec) => spec.service as Service | undefined;
export const spoutOf = (spec: PipelineSpec) =>
  spec.spout as { readonly service?: Service } | undefined;
export const secretsOf = (spec: PipelineSpec) =>
  (spec.transform as { readonly secrets?: readonly SecretMount[] } | undefined)?.secrets ?? [];
export const workersOf = (spec: PipelineSpec) =>
  Number((spec.parallelismSpec as { readonly constant?: string } | undefined)?.constant ?? 0);

const COMBINATORS = ["join", "group", "cross", "union"] as const;

export const childrenOf = (input: Input): readonly Input[] =>
  COMBINATORS.flatMap((kind) => input[kind] ?? []);

/** The input and its descendants, parents first. */
export function inputTree(input: Input | undefined): Input[] {
  return input === undefined ? [] : [input, ...childrenOf(input).flatMap(inputTree)];
}

/** The key of the repo that an input of a spec with its defaults reads. */
export const inputRepo = ({ project = "", repo = "", repoType }: PfsInput) =>
  keyOf({ project: { name: project }, name: repo, type: repoType || "user" });

/** The branches that a pipeline reads. */
export function inputBranches(spec: PipelineSpec): string[] {
  const branches = inputTree(inputOf(spec)).flatMap(({ pfs, cron }) => [
    ...(pfs ? [branchKey(inputRepo(pfs), pfs.branch ?? "master")] : []),
    ...(cron ? [branchKey(`${cron.project}/${cron.repo}`, "master")] : []),
  ]);
  return [...new Set(branches)];
}

/**
 * The tree with `change` applied to every input, and the children in order of the names that it gives
 * them: those without a name come first, in their old order.
 */
export function mapInputs(input: Input, change: (input: Input) => Input): Input {
  const changed: Record<string, unknown> = { ...change(input) };
  for (const kind of COMBINATORS) {
    const children = input[kind];
    if (children !== undefined)
      changed[kind] = [...children]
        .sort((one, other) => nameOf(one).localeCompare(nameOf(other), "en"))
        .map((child) => mapInputs(child, change));
  }
  return changed as Input;
}

const nameOf = (input: Input): string =>
  input.pfs?.name ?? input.cron?.name ?? childrenOf(input).map(nameOf)[0] ?? "";
