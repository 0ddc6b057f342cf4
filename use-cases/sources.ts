/** Which use cases read repos of others in the same stack, and the resulting order. */
import type { NamedUseCase, NamedUseCases } from "./definition";
import { cronRepos, pipelineName, reposRead } from "./further-pipelines";

/** A part of a use case; a further repo or pipeline also has a key. */
interface Part {
  readonly useCase: string;
  readonly part: "data" | "training" | "deployment" | "repos" | "pipelines";
  readonly key?: string;
}

/** A repo that a selected use case creates, or one of its pipelines. */
export interface Source extends Part {
  /** Its name, including the prefix. */
  readonly repo: string;
}

/** A pipeline with the repos that it reads. */
export interface Reader extends Part {
  /** The repos that selected use cases create. */
  readonly reads: readonly Source[];
}

/** Where the stack's repos are. */
export interface RepoScope {
  readonly prefix: string;
  /** The Pachyderm project. */
  readonly project: string;
}

/** All repos that a use case creates, including those of its pipelines. */
export function reposMade(useCase: string, definition: NamedUseCase): Source[] {
  const { data, training, deployment, repos = {}, pipelines = {} } = definition;
  // without training there is no data either
  const trains = training !== undefined && !training.defer;
  return [
    ...(trains && data && !data.existing
      ? [{ useCase, part: "data", repo: data.repo } as const]
      : []),
    ...(trains ? [{ useCase, part: "training", repo: training.name } as const] : []),
    ...(deployment ? [{ useCase, part: "deployment", repo: deployment.name } as const] : []),
    ...Object.entries(repos).flatMap(([key, { existing, name: repo = key }]) =>
      existing ? [] : [{ useCase, part: "repos", key, repo } as const],
    ),
    ...Object.entries(pipelines).flatMap(([key, pipeline]) =>
      [pipelineName(pipeline), ...cronRepos(pipeline)].map(
        (repo) => ({ useCase, part: "pipelines", key, repo }) as const,
      ),
    ),
  ];
}

/** Finds, by name, a repo that the selected use cases create. */
export function finder(
  selected: NamedUseCases,
  prefix: string,
): (repo: string) => Source | undefined {
  const made = new Map(
    Object.entries(selected)
      .flatMap(([useCase, definition]) => reposMade(useCase, definition))
      .map((source) => [source.repo, source]),
  );
  // existing repos are named without a prefix, but may be the stack's own
  return (repo) => made.get(repo) ?? made.get(prefix + repo);
}

/** The sources of the use cases whose existing data repo is created by a selected one. */
export function findSources(
  selected: NamedUseCases,
  prefix: string,
): Readonly<Record<string, Source>> {
  const find = finder(selected, prefix);
  return Object.fromEntries(
    Object.entries(selected).flatMap(([useCase, { data, training }]) => {
      const source = data?.existing && !training?.defer && find(data.repo);
      return source ? [[useCase, source]] : [];
    }),
  );
}

/** The pipelines of the use cases, with the repos of the selected use cases that they read. */
export function findReaders(selected: NamedUseCases, { prefix, project }: RepoScope): Reader[] {
  const find = finder(selected, prefix);
  const sources = findSources(selected, prefix);
  return Object.entries(selected).flatMap(([useCase, definition]) => {
    const { training, deployment, pipelines = {} } = definition;
    const own = (part: Source["part"]) =>
      reposMade(useCase, definition).filter((source) => source.part === part);
    const data = sources[useCase];
    return [
      ...(training ? [{ useCase, part: "training", reads: data ? [data] : [] } as const] : []),
      ...(deployment ? [{ useCase, part: "deployment", reads: own("training") } as const] : []),
      ...Object.entries(pipelines).map(([key, pipeline]): Reader => {
        const reads = reposRead(pipeline, project).flatMap((repo) => find(repo) ?? []);
        return { useCase, part: "pipelines", key, reads };
      }),
    ];
  });
}

/** The sources in other use cases of a use case's pipelines. */
export function readsOfOthers(useCase: string, readers: readonly Reader[]): Source[] {
  return readers
    .filter((reader) => reader.useCase === useCase)
    .flatMap(({ reads }) => reads)
    .filter((source) => source.useCase !== useCase);
}

/** A shortest cycle from `start` back to it; each node in it leads to the next. */
export function findCircle(
  next: (node: string) => readonly string[],
  start: string,
): readonly string[] | undefined {
  const seen = new Set<string>();
  let paths = [[start]];
  while (paths.length > 0) {
    const longer = paths.flatMap((path) =>
      next(path.at(-1) ?? start).map((node) => ({ path, node })),
    );
    const closed = longer.find(({ node }) => node === start);
    if (closed !== undefined) return closed.path;
    paths = longer.flatMap(({ path, node }) => {
      if (seen.has(node)) return [];
      seen.add(node);
      return [[...path, node]];
    });
  }
  return undefined;
}

/** The names with sources before their readers, otherwise in the given order. */
export function inReadingOrder(names: readonly string[], readers: readonly Reader[]): string[] {
  const ordered = new Set<string>();
  const passed = new Set<string>();
  const add = (name: string) => {
    if (passed.has(name)) return;
    passed.add(name);
    for (const { useCase } of readsOfOthers(name, readers)) add(useCase);
    ordered.add(name);
  };
  for (const name of names) add(name);
  return [...ordered];
}
