/** Decides what is adopted, and how, before anything is written. */
import { formatPath } from "../../providers/kit/property-path";
import { diffSpecs } from "../../providers/pachyderm/client";
import { inputLeaves, repoRead } from "../../providers/pachyderm/rules";
import { type CheckedSpec, checkSpecs } from "./check/check-specs";
import { type Built, buildDefinition, type Ownership } from "./definition/build-definition";
import type { StackAdditions } from "./definition/take-apart";
import { refuse } from "./problems";
import { type FoundSpec, isFile, isFolder, readPipelineFile } from "./read/pipeline-files";
import { formatRef, isPipelineName, parsePipelineName, Server } from "./server";
import { ANY_STACK, readStackFacts, type StackFacts } from "./stack-facts";
import { useCaseName } from "./use-case-name";

export interface AdoptOptions {
  /** Files, and names of pipelines. */
  readonly sources: readonly string[];
  readonly stack: string | undefined;
  readonly name: string | undefined;
  readonly ownRepos: boolean;
  readonly plainEnv: readonly string[];
  readonly print: (line: string) => void;
}

export interface Adoption {
  readonly useCase: string;
  readonly specs: readonly CheckedSpec[];
  readonly built: Built;
  readonly additions: StackAdditions;
  readonly stack: StackFacts | undefined;
  /** The pipelines that run on the stack's server. */
  readonly running: ReadonlySet<string>;
}

/**
 * Reads and checks everything.
 * @throws Error with all problems
 */
export async function prepareAdoption(
  options: AdoptOptions,
  readFacts: (stack: string) => StackFacts = readStackFacts,
): Promise<Adoption> {
  const { sources } = options;
  const names = sources.filter((source) => !isFile(source));
  for (const name of names.filter(isFolder)) {
    const isOnlyFolder = options.stack === undefined || !isPipelineName(name);
    if (isOnlyFolder) throw new Error(`${name} is a folder; expected files: pass the files in it`);
  }
  if (names.length > 0 && options.stack === undefined) {
    throw new Error(
      `${names[0]} is not a file: to look for a pipeline with this name, name the stack of its server with --stack`,
    );
  }
  const inFiles = sources.filter(isFile).flatMap((file) => readPipelineFile(file));
  const stack = options.stack === undefined ? undefined : readFacts(options.stack);
  const server = stack && new Server(stack);
  try {
    return await planOf([...inFiles, ...(await readNamed(server, names))], server, stack, options);
  } finally {
    server?.close();
  }
}

async function planOf(
  found: readonly FoundSpec[],
  server: Server | undefined,
  stack: StackFacts | undefined,
  { sources, name, ownRepos, plainEnv, print }: AdoptOptions,
): Promise<Adoption> {
  const { specs, problems, notes } = checkSpecs(found, {
    project: stack?.project ?? ANY_STACK.project,
    plainEnv: new Set(plainEnv),
  });
  refuse(problems);
  const additions = stack ?? { ...ANY_STACK, project: specs[0]?.project ?? ANY_STACK.project };
  refuse(specs.flatMap((spec) => placeProblem(spec, additions, stack)));
  const running = server ? await findRunning(server, specs, additions) : new Set<string>();
  const useCase = useCaseName(name, sources, specs);
  const ownership = await readOwnership(server, specs, additions, stack, ownRepos);
  const built = await buildDefinition(specs, {
    additions,
    ownershipOf: (repo) => ownership.get(repo) ?? "existing",
  });
  for (const note of notes) print(`note: ${note}`);
  return { useCase, specs, built, additions, stack, running };
}

async function readNamed(server: Server | undefined, names: readonly string[]) {
  if (server === undefined) return [];
  return await Promise.all(
    names.map((name) => server.get(parsePipelineName(name, server.project))),
  );
}

/** A stack has one project, and names all pipelines with its prefix. */
function placeProblem(
  { placeOf, name, project }: CheckedSpec,
  additions: StackAdditions,
  stack: StackFacts | undefined,
): string[] {
  const { prefix } = additions;
  if (project !== additions.project) {
    const other =
      stack === undefined
        ? `others are in ${additions.project}: adopt one project at a time`
        : `pachyderm.project of stack ${stack.stack} is ${additions.project}: choose a stack with this project`;
    return [
      `${placeOf(["pipeline", "project"])}: pipeline ${name} is in project ${project}, but ${other}`,
    ];
  }
  const owner = stack?.pipelines.get(name);
  if (owner !== undefined) {
    return [
      `${placeOf(["pipeline", "name"])}: pipeline ${name} already belongs to use case ${owner} of stack ${stack?.stack}; to write its drift back, run \`npm run adopt -- --update --stack ${stack?.stack} ${owner}\``,
    ];
  }
  if (name.startsWith(prefix)) return [];
  return [
    `${placeOf(["pipeline", "name"])}: the stack would name this pipeline ${prefix}${name}: choose a stack without namePrefix`,
  ];
}

/**
 * The pipelines that are running. One whose spec differs from its file would change, and is
 * refused.
 */
async function findRunning(
  server: Server,
  specs: readonly CheckedSpec[],
  { project }: StackAdditions,
): Promise<ReadonlySet<string>> {
  const live = await Promise.all(specs.map((spec) => (spec.isLive ? spec : server.find(spec))));
  refuse(
    specs.flatMap((spec, index) => {
      const running = live[index];
      const changes = running === undefined ? [] : diffSpecs(running.spec, spec.spec, { project });
      const [first] = changes;
      if (first === undefined) return [];
      const paths = changes.map(({ path }) => formatPath(["spec", ...path])).join(", ");
      return [
        `${spec.placeOf(first.path)}: pipeline ${formatRef(spec)} is running with different values for ${paths}: pass its name instead of the file, or update it first`,
      ];
    }),
  );
  return new Set(specs.filter((_, index) => live[index] !== undefined).map(formatRef));
}

/** How the use case defines the repos that its pipelines read. */
async function readOwnership(
  server: Server | undefined,
  specs: readonly CheckedSpec[],
  { project }: StackAdditions,
  stack: StackFacts | undefined,
  ownRepos: boolean,
): Promise<ReadonlyMap<string, Ownership>> {
  const read = specs.flatMap(({ spec }) =>
    inputLeaves(spec.input).flatMap((leaf) => repoRead(leaf, project) ?? []),
  );
  const kinds = await Promise.all(
    [...new Set(read)].map(async (name): Promise<[string, Ownership]> => {
      // another use case creates it, or is about to
      if (stack?.repos.has(name)) return [name, "existing"];
      const kind = await server?.repoKind({ project, name });
      if (kind === "missing") return [name, "own"];
      return [name, ownRepos && kind !== "output" ? "own" : "existing"];
    }),
  );
  return new Map(kinds);
}
