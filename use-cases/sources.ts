/** Which use cases read repos of others in the same stack, and the resulting order. */
import type { UseCaseDefinition } from "./definition";

/** A repo that a selected use case creates. */
export interface Source {
  readonly useCase: string;
  /** What creates it: the use case's data, or the pipeline whose output repo it is. */
  readonly part: "data" | "training" | "deployment";
  /** Its name, including the prefix. */
  readonly repo: string;
}

type Selected = Readonly<Record<string, UseCaseDefinition>>;

/**
 * The sources of the use cases whose existing data repo is created by another selected one. The
 * definitions have prefixed names, but existing repos are named without a prefix, so both count.
 */
export function findSources(selected: Selected, prefix: string): Readonly<Record<string, Source>> {
  const made = new Map<string, Source>();
  for (const [useCase, { data, training, deployment }] of Object.entries(selected)) {
    const add = (part: Source["part"], repo: string) => made.set(repo, { useCase, part, repo });
    // without a training there are no data either
    if (!data.existing && !training.defer) add("data", data.repo);
    if (!training.defer) add("training", training.name);
    add("deployment", deployment.name);
  }
  return Object.fromEntries(
    Object.entries(selected).flatMap(([useCase, { data, training }]) => {
      const source =
        data.existing && !training.defer && (made.get(data.repo) ?? made.get(prefix + data.repo));
      return source ? [[useCase, source]] : [];
    }),
  );
}

/** The circle of use cases from `start`, each of which reads the next one's repo. */
export function findCircle(
  sources: Readonly<Record<string, Source>>,
  start: string,
): readonly string[] | undefined {
  const passed = [start];
  for (let source = sources[start]; source !== undefined; source = sources[source.useCase]) {
    if (source.useCase === start) return passed;
    if (passed.includes(source.useCase)) return undefined; // a circle, but without `start`
    passed.push(source.useCase);
  }
  return undefined;
}

/** The names with sources before their readers, otherwise in the given order. Requires no circles. */
export function inReadingOrder(
  names: readonly string[],
  sources: Readonly<Record<string, Source>>,
): string[] {
  const ordered = new Set<string>();
  const add = (name: string) => {
    const source = sources[name];
    if (source !== undefined && !ordered.has(name)) add(source.useCase);
    ordered.add(name);
  };
  for (const name of names) add(name);
  return [...ordered];
}
