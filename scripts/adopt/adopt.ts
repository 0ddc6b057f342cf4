/** Makes a use case of pipelines that exist, and proves that nothing of them changes. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatPath } from "../../providers/kit/property-path";
import { diffSpecs } from "../../providers/pachyderm/client";
import { inputLeaves, repoRead } from "../../providers/pachyderm/rules";
import { repository } from "../../sandbox/paths";
import { errorsOf } from "../preview/preview-json";
import { runPreview } from "../preview/run-preview";
import { type CheckedSpec, checkSpecs } from "./check/check-specs";
import { type Built, buildDefinition, type Ownership } from "./definition/build-definition";
import type { Platform } from "./definition/take-apart";
import { compareRendered, renderUseCase } from "./proof/compare-rendered";
import { type Judgement, judgePreview } from "./proof/judge-preview";
import { type FoundSpec, isFile, readPipelineFile } from "./read/pipeline-files";
import { type PipelineRef, parsePipelineName, Server } from "./server";
import { ANY_STACK, readStackFacts, type StackFacts } from "./stack-facts";
import { useCaseName } from "./use-case-name";
import { allOrNothing, type Changes } from "./write/changes";
import { format } from "./write/format";
import { isTaken, register, registeredNames } from "./write/registry";
import { selectUseCase } from "./write/stack-selection";
import { constantName, useCaseSource } from "./write/typescript";

export interface AdoptOptions {
  /** Files, and names of pipelines. */
  readonly sources: readonly string[];
  readonly stack: string | undefined;
  readonly name: string | undefined;
  readonly ownRepos: boolean;
  readonly plainEnv: readonly string[];
  readonly print: (line: string) => void;
}

/** What is adopted, before anything is written. */
interface Plan {
  readonly useCase: string;
  readonly specs: readonly CheckedSpec[];
  readonly built: Built;
  readonly platform: Platform;
  readonly stack: StackFacts | undefined;
  /** The pipelines that run on the stack's server. */
  readonly running: ReadonlySet<string>;
}

const REGISTRY = "use-cases/index.ts";

/** Returns whether the use case was written: otherwise all files are as they were. */
export async function adopt(options: AdoptOptions): Promise<boolean> {
  const plan = await makePlan(options);
  return await allOrNothing(async (changes) => {
    writeUseCase(plan, changes);
    await proveRendered(plan);
    if (plan.stack === undefined || plan.running.size === 0) {
      describe(plan, undefined, options.print);
      return true;
    }
    const { preview, failed } = await runPreview(plan.stack.stack);
    const judgement = judgePreview(preview, plan.useCase);
    const problems = failed ? errorsOf(preview) : differencesIn(judgement, plan);
    if (problems.length > 0) {
      const heading = failed ? "the preview fails" : "the preview changes what runs";
      throw new Error(listOf(`${heading}, so all files are as they were`, problems));
    }
    describe(plan, judgement, options.print);
    return true;
  });
}

async function makePlan(options: AdoptOptions): Promise<Plan> {
  const { sources, print } = options;
  const names = sources.filter((source) => !isFile(source));
  if (names.length > 0 && options.stack === undefined) {
    throw new Error(
      `${names[0]} is not a file: --stack says on which server to look for a pipeline of this name`,
    );
  }
  const inFiles = sources.filter(isFile).flatMap((file) => readPipelineFile(file));
  const stack = options.stack === undefined ? undefined : readStackFacts(options.stack);
  const platform = stack ?? ANY_STACK;
  const server = stack && new Server(stack);
  try {
    const found = [...inFiles, ...(server ? await readNamed(server, names, platform) : [])];
    const plainEnv = new Set(options.plainEnv);
    const { specs, problems, notes } = checkSpecs(found, { project: platform.project, plainEnv });
    refuse(problems);
    refuse(prefixProblems(specs, platform));
    const running = server ? await findRunning(server, specs, platform) : new Set<string>();
    const useCase = useCaseName(options.name, sources, specs);
    refuseTaken(useCase);
    const ownership = await readOwnership(server, specs, platform, options.ownRepos);
    const built = await buildDefinition(specs, {
      platform,
      ownershipOf: (repo) => ownership.get(repo) ?? "existing",
    });
    for (const note of notes) print(`note: ${note}`);
    return { useCase, specs, built, platform, stack, running };
  } finally {
    server?.close();
  }
}

async function readNamed(
  server: Server,
  names: readonly string[],
  { project }: Platform,
): Promise<FoundSpec[]> {
  const refs = names.map((name) => parsePipelineName(name, project));
  return await Promise.all(refs.map((ref) => server.get(ref)));
}

/** A stack with a prefix names its pipelines by it. */
function prefixProblems(specs: readonly CheckedSpec[], { prefix }: Platform): string[] {
  return specs
    .filter(({ name }) => !name.startsWith(prefix))
    .map(
      ({ placeOf, name }) =>
        `${placeOf(["pipeline", "name"])}: the stack would name this pipeline ${prefix}${name}: choose a stack without namePrefix`,
    );
}

/** Which of the pipelines run; one that runs with another spec than its file cannot stay as it is. */
async function findRunning(
  server: Server,
  specs: readonly CheckedSpec[],
  { project }: Platform,
): Promise<ReadonlySet<string>> {
  const live = await Promise.all(specs.map((spec) => (spec.isLive ? spec : server.find(spec))));
  refuse(
    specs.flatMap((spec, index) => {
      const running = live[index];
      if (running === undefined) return [];
      const fields = diffSpecs(running.spec, spec.spec, { project }).map(({ path }) => path);
      const [first] = fields;
      if (first === undefined) return [];
      const paths = fields.map((path) => formatPath(["spec", ...path])).join(", ");
      return [
        `${spec.placeOf(first)}: pipeline ${idOf(spec)} runs with other values of ${paths}: pass its name instead of the file, or update it first`,
      ];
    }),
  );
  return new Set(specs.filter((_, index) => live[index] !== undefined).map(idOf));
}

/** How the use case has the repos that its pipelines read. */
async function readOwnership(
  server: Server | undefined,
  specs: readonly CheckedSpec[],
  { project }: Platform,
  ownRepos: boolean,
): Promise<ReadonlyMap<string, Ownership>> {
  const read = specs
    .filter((spec) => spec.project === project)
    .flatMap(({ spec }) =>
      inputLeaves(spec.input).flatMap((leaf) => repoRead(leaf, project) ?? []),
    );
  const kinds = await Promise.all(
    [...new Set(read)].map(async (name): Promise<[string, Ownership]> => {
      const kind = await server?.repoKind({ project, name });
      if (kind === "missing") return [name, "own"];
      return [name, ownRepos && kind !== "output" ? "own" : "existing"];
    }),
  );
  return new Map(kinds);
}

function refuseTaken(useCase: string): void {
  const folder = `use-cases/${useCase}`;
  const isRegistered = registeredNames(readFileSync(join(repository, REGISTRY), "utf8")).includes(
    useCase,
  );
  if (existsSync(join(repository, folder))) {
    const state = isRegistered ? "exists" : `is not in ${REGISTRY}, so it is half-written`;
    throw new Error(`${folder} ${state}: remove it, or choose another --name`);
  }
  if (isRegistered) throw new Error(`${REGISTRY} has "${useCase}" already: choose another --name`);
}

function writeUseCase({ useCase, specs, built, stack, running }: Plan, changes: Changes): void {
  const registryFile = join(repository, REGISTRY);
  const registry = readFileSync(registryFile, "utf8");
  const plain = constantName(useCase);
  const constant = isTaken(registry, plain) ? `${plain}UseCase` : plain;
  const doc = `Adopted from what existed before: ${specs.map(({ name }) => name).join(", ")}.`;
  const source = useCaseSource(constant, doc, built.definition);
  const file = `use-cases/${useCase}/index.ts`;
  changes.createFolder(join(repository, "use-cases", useCase), {
    "index.ts": format(file, source),
  });
  changes.replace(registryFile, format(REGISTRY, register(registry, useCase, constant)));
  if (stack === undefined) return;
  const stackFile = join(repository, `Pulumi.${stack.stack}.yaml`);
  const text = readFileSync(stackFile, "utf8");
  changes.replace(stackFile, selectUseCase(text, useCase, { adopt: running.size > 0 }));
}

async function proveRendered({ useCase, specs, built, platform, stack }: Plan): Promise<void> {
  const bucket = built.detectBucketUri?.replace(/^\w+:\/\//, "");
  const rendered = await renderUseCase(useCase, platform.project, { stack: stack?.stack, bucket });
  const problems = compareRendered(rendered, specs, platform.project);
  if (problems.length === 0) return;
  throw new Error(
    listOf(
      "the use case does not reproduce the pipelines, so all files are as they were",
      problems,
    ),
  );
}

function differencesIn(
  { changes, restarts, differences, imports }: Judgement,
  plan: Plan,
): string[] {
  const missing = plan.running.size - imports.length;
  return [
    ...differences.map((difference) => `the next update would change ${difference}`),
    ...changes.map((name) => `${name} ${restarts.includes(name) ? "restarts" : "changes"}`),
    ...(missing > 0 ? [`${missing} of ${plan.running.size} pipelines are not imported`] : []),
  ];
}

function describe(
  plan: Plan,
  judgement: Judgement | undefined,
  print: AdoptOptions["print"],
): void {
  const { useCase, built, stack, running } = plan;
  print(`use-cases/${useCase}/index.ts:`);
  for (const { spec, part } of built.members) {
    const created =
      stack !== undefined && !running.has(idOf(spec)) ? ", which will be created" : "";
    print(`  ${part}: pipeline ${idOf(spec)}${created}`);
  }
  const repos = Object.entries(built.definition.repos ?? {});
  const { data } = built.definition;
  for (const [repo, { existing }] of [...(data ? [[data.repo, data] as const] : []), ...repos]) {
    print(
      `  repo ${repo}: ${existing ? "exists outside of the stack, which does not change or delete it" : "belongs to the stack"}`,
    );
  }
  if (stack === undefined) {
    print("the program makes the same pipelines of it");
    if (built.detectBucketUri !== undefined)
      print(`a stack that selects it needs the detectorBucket ${built.detectBucketUri}`);
    print(`next: npm run adopt with --stack, or add "${useCase}: {}" to a stack's useCases`);
    return;
  }
  const flag = `--stack ${stack.stack}`;
  print(`Pulumi.${stack.stack}.yaml: selects ${useCase}${judgement ? " and sets adopt" : ""}`);
  if (judgement === undefined) {
    print("the program makes the same pipelines of it; none of them runs yet");
    print(`next: pulumi up ${flag}`);
    return;
  }
  const { imports, creates } = judgement;
  const created = creates.length > 0 ? `, ${count(creates.length, "create")}` : "";
  print(`preview: ${count(imports.length, "import")}${created}, 0 changes, 0 restarts`);
  print(`next: pulumi up ${flag}; pulumi config rm adopt ${flag}; pulumi up ${flag}`);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function idOf({ project, name }: PipelineRef): string {
  return `${project}/${name}`;
}

function refuse(problems: readonly string[]): void {
  const [only] = problems;
  if (only === undefined) return;
  throw new Error(
    problems.length === 1
      ? only
      : listOf(`${problems.length} problems; nothing was written`, problems),
  );
}

function listOf(heading: string, lines: readonly string[]): string {
  return `${heading}:${lines.map((line) => `\n  ${line}`).join("")}`;
}
