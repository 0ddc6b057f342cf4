/** The configuration of a pull request's environment, derived from that of the stack that it is for. */

import type { UseCaseOverrides } from "../../config/overrides-schema";
import { type Block, stackKey } from "../../config/stack-file";
import { DEFAULT_BRANCH } from "../../providers/pachyderm/rules";
import type { NamedUseCase, NamedUseCases } from "../../use-cases/definition";
import { findSources, type Source as RepoSource } from "../../use-cases/sources";

/**
 * The base stack's use cases: the overrides in its configuration, and the result, with its prefix.
 */
export interface BaseUseCases {
  readonly namePrefix: string;
  readonly overrides: Readonly<Record<string, UseCaseOverrides>>;
  readonly named: NamedUseCases;
}

/** Where a use case's models come from. */
export type Source =
  /** The models of the base stack, without training. */
  | "defer"
  /** A training on the data of the base stack. */
  | "branch"
  /** A training on the output of another use case of the environment. */
  | "environment"
  /** A training on a data repo of the environment: the base stack has none yet. */
  | "own";

export interface PreviewEnvironmentOptions {
  readonly number: number;
  readonly owner: string;
  /** The expiry date of the environment. */
  readonly expires: string;
  /** Whether a use case deploys the base stack's models instead of training. */
  readonly isDeferred: (useCase: string) => boolean;
  /** Whether the base stack has a data repo. */
  readonly hasRepo: (repo: string) => boolean;
}

export const prefixOf = (number: number) => `pr-${number}-`;

/** Where a use case's models come from, and the data repo in the base stack. */
export interface Training {
  readonly source: Source;
  readonly repo: string;
}

/** Where the models of each use case that trains come from. */
export function trainingsOf(
  base: BaseUseCases,
  options: Pick<PreviewEnvironmentOptions, "isDeferred" | "hasRepo">,
): Record<string, Training> {
  const inside = findSources(base.named, base.namePrefix);
  return Object.fromEntries(
    Object.entries(base.named).flatMap(([name, { data, training }]) => {
      if (data === undefined || training === undefined) return [];
      const repo = inside[name]?.repo ?? data.repo;
      const isDeferred = training.defer || options.isDeferred(name);
      const source = isDeferred ? "defer" : sourceOf(data, inside[name], options);
      return [[name, { source, repo }]];
    }),
  );
}

function sourceOf(
  data: NonNullable<NamedUseCase["data"]>,
  made: RepoSource | undefined,
  { isDeferred, hasRepo }: Pick<PreviewEnvironmentOptions, "isDeferred" | "hasRepo">,
): Source {
  if (made === undefined) return data.existing || hasRepo(data.repo) ? "branch" : "own";
  // training data comes from the base stack, if it has some, and so do the models of a deferred
  // training
  const isElsewhere =
    (made.part === "data" && hasRepo(made.repo)) ||
    (made.part === "training" && isDeferred(made.useCase));
  return isElsewhere ? "branch" : "environment";
}

/**
 * The environment's configuration. `copied` is that of the base stack, with its secrets encrypted for
 * the environment.
 */
export function environmentConfig(
  copied: Block,
  base: BaseUseCases & { readonly environment: Block },
  options: PreviewEnvironmentOptions,
): Block {
  const trainings = trainingsOf(base, options);
  const useCases = Object.entries(base.overrides).map(([name, overrides]) => {
    const [definition, training] = [base.named[name], trainings[name]];
    return [name, definition && training ? useCaseOf(overrides, definition, training) : overrides];
  });
  const { paused: _, ...limits } = base.environment;
  const config: Block = {
    ...copied,
    [stackKey("namePrefix")]: prefixOf(options.number),
    [stackKey("disposable")]: true,
    [stackKey("environment")]: { ...limits, owner: options.owner, expires: options.expires },
    [stackKey("useCases")]: Object.fromEntries(useCases),
  };
  // settings that protect the base stack, or were for a single update of it
  for (const key of ["adopt", "budget", "data"]) delete config[stackKey(key)];
  return config;
}

function useCaseOf(
  overrides: UseCaseOverrides,
  { data, training }: NamedUseCase,
  { source, repo }: Training,
): Block {
  const { data: ownData = {}, ...rest } = overrides;
  const { keep: _keep, grantReader: _grantReader, ...plain } = ownData;
  switch (source) {
    case "defer":
      return { ...rest, training: { defer: true } };
    case "branch": {
      const { branch, commit } = data ?? {};
      const at = commit === undefined ? { branch: branch ?? branchOf(training) } : { commit };
      return { ...rest, data: { repo, existing: true, ...at } };
    }
    case "environment":
    case "own":
      return { ...rest, ...(Object.keys(plain).length > 0 && { data: plain }) };
  }
}

/** The branch that the base stack trains on, if its definition says so. */
function branchOf(training: NamedUseCase["training"]): string {
  return typeof training?.branch === "string" ? training.branch : DEFAULT_BRANCH;
}

/**
 * A name as a label value: GitHub names may contain capital letters, and those of bots contain
 * brackets.
 */
export function ownerLabel(name: string): string {
  const label = name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^[-_]+/, "")
    .slice(0, 63)
    .replace(/[-_]+$/, "");
  return label === "" ? "unknown" : label;
}

/** The lifetime of an environment in days. Each run starts it again. */
export const DAYS = 3;

/** The day this many days from now, in UTC. */
export function dayAfter(days: number, now = new Date()): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
