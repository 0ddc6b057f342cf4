import * as names from "../../components/common/names";
import { bothNamesProblem } from "../../providers/pachyderm/rules";
import { detectorNameProblem } from "../../providers/seldon/rules";
import type { UseCaseDefinition } from "../../use-cases/definition";
import { findCircle, findSources } from "../../use-cases/sources";
import { type Problem, removeHint, setCommand } from "../messages";
import type { Values } from "../schema";
import { dedicatedName, dedicatedNamespace, readDedicated } from "../use-case-overrides";
import { checkName } from "./prefixed-name";

/** The selected use cases with overrides applied and names prefixed. */
export type NamedUseCases = Readonly<Record<string, UseCaseDefinition>>;

/** The names that the selected use cases create, individually and in combination. */
export function checkUseCaseNames(values: Partial<Values>, named: NamedUseCases): Problem[] {
  const { namePrefix: prefix = "", pachyderm } = values;
  return [
    ...checkProject(pachyderm?.project, prefix, Object.values(named)),
    ...(prefix === "" ? [] : checkPrefix(prefix, Object.values(named))),
    ...checkTaken(named),
    ...checkSame(named, values),
    ...checkCircles(named, prefix),
    ...checkDedicatedNames(values, named),
    ...checkDetectorNames(values, named),
  ];
}

/** The names of the pipelines that a use case creates. */
function pipelineNames({
  training,
  deployment,
}: Pick<UseCaseDefinition, "training" | "deployment">): string[] {
  return [...(training.defer ? [] : [training.name]), deployment.name];
}

/** The name of the Pachyderm project, by itself and in combination with the names of its pipelines. */
function checkProject(
  project: string | undefined,
  prefix: string,
  named: readonly UseCaseDefinition[],
): Problem[] {
  const path = ["pachyderm", "project"];
  const alone = checkName(path, "project", project, names.checkPipelineName);
  if (project === undefined || alone.length > 0) return alone;
  const problem = named
    .flatMap((definition) => pipelineNames(definition))
    .filter((name) => names.checkPipelineName(name) === undefined) // otherwise checkPrefix reports it
    .map((name) => ({ name, problem: bothNamesProblem(name, project) }))
    .find(({ problem }) => problem !== undefined);
  if (problem === undefined) return [];
  const shorter = prefix === "" ? "" : "; shorten it or namePrefix";
  const text = `is "${project}", but the pipeline name "${problem.name}" ${problem.problem}${shorter}: ${setCommand(path)}`;
  return [{ path, text }];
}

/** Names from a use case's folder can be invalid only because of the prefix. */
function checkPrefix(prefix: string, named: readonly UseCaseDefinition[]): Problem[] {
  const derived = named.flatMap(({ data, deployment, ...rest }) => [
    { kind: "repo", name: data.repo, problem: names.checkRepoName(data.repo) },
    ...pipelineNames({ ...rest, deployment }).map((name) => ({
      kind: "pipeline",
      name,
      problem: names.checkPipelineName(name),
    })),
    {
      kind: "deployment",
      name: deployment.deployName,
      problem: names.checkDeploymentName(deployment.deployName),
    },
  ]);
  const secret = prefix + names.PIPELINE_SECRET;
  return [...derived, { kind: "Secret", name: secret, problem: names.checkSecretName(secret) }]
    .filter(({ problem }) => problem !== undefined)
    .slice(0, 1)
    .map(({ kind, name, problem }) => ({
      path: ["namePrefix"],
      text: `is "${prefix}", which results in the ${kind} name "${name}"; that ${problem}: ${setCommand(["namePrefix"])}`,
    }));
}

/** A new data repo with the name of another use case's repo or pipeline. */
function checkTaken(named: NamedUseCases): Problem[] {
  const repos = Object.entries(named).flatMap(([useCase, { data, ...pipelines }]) => [
    ...(data.existing || pipelines.training.defer
      ? []
      : [{ useCase, name: data.repo, isData: true }]),
    ...pipelineNames(pipelines).map((name) => ({ useCase, name, isData: false })),
  ]);
  return repos
    .filter(({ isData }) => isData)
    .flatMap((repo) => {
      const other = repos.find((each) => each !== repo && each.name === repo.name);
      if (other === undefined) return [];
      const path = ["useCases", repo.useCase, "data", "repo"];
      const text = `is "${repo.name}", which is also the name of a repo of ${other.useCase}; to read that repo, set data.existing too: ${setCommand(path)}`;
      return [{ path, text }];
    });
}

/** Use cases that read each other's repos: none of them could be created first. */
function checkCircles(named: NamedUseCases, prefix: string): Problem[] {
  const sources = findSources(named, prefix);
  return Object.entries(named).flatMap(([useCase, { data }]) => {
    const circle = findCircle(sources, useCase);
    if (circle === undefined) return [];
    const path = ["useCases", useCase, "data", "repo"];
    const [, ...others] = circle;
    const text =
      others.length === 0
        ? `is "${data.repo}", the output of a pipeline of this use case, which cannot read its own output: ${setCommand(path)}`
        : `is "${data.repo}", but use cases cannot read each other in a circle: ${[...circle, useCase].join(" reads ")}: ${setCommand(path)}`;
    return [{ path, text }];
  });
}

/** Pipelines with the same name, or deployments with the same name in one namespace: they would overwrite each other. */
function checkSame(named: NamedUseCases, { useCases: selected = {} }: Partial<Values>): Problem[] {
  const made = Object.entries(named).flatMap(([useCase, { training, deployment }]) => {
    const own = readDedicated(selected[useCase] ?? {}).namespace ? useCase : "";
    return [
      ...pipelineNames({ training, deployment }).map((name) => ({
        useCase,
        kind: "pipeline",
        name,
        place: "",
      })),
      { useCase, kind: "deployment", name: deployment.deployName, place: own },
    ];
  });
  return made.flatMap((each, index) => {
    const other = made
      .slice(0, index)
      .find(
        ({ kind, name, place }) => kind === each.kind && name === each.name && place === each.place,
      );
    if (other === undefined) return [];
    const path = ["useCases", each.useCase];
    const text = `has the ${each.kind} name "${each.name}", which ${other.useCase} also has: change it in use-cases/${each.useCase}`;
    return [{ path, text }];
  });
}

/** Names of dedicated buckets and namespaces, which consist of the shared name and the use case's. */
function checkDedicatedNames(values: Partial<Values>, named: NamedUseCases): Problem[] {
  const { namePrefix: prefix = "", useCases: selected = {}, detectorBucket } = values;
  return Object.entries(selected).flatMap(([useCase, overrides]) => {
    const dedicated = readDedicated(overrides);
    const own = (shared = "") => dedicatedName(prefix + shared, useCase);
    const made = [
      { part: "bucket", name: own(detectorBucket?.name), check: names.checkBucketName },
      {
        part: "namespace",
        name: namespaceOf(useCase, values, named),
        check: (name: string) => checkDedicatedNamespace(name, values),
      },
    ] as const;
    return made.flatMap(({ part, name, check }) => {
      const problem = dedicated[part] ? check(name) : undefined;
      if (problem === undefined) return [];
      const path = ["useCases", useCase, "dedicated", part];
      return [
        { path, text: `results in the name "${name}", which ${problem} ${removeHint(path)}` },
      ];
    });
  });
}

/** The Seldon namespace of a use case. */
function namespaceOf(
  useCase: string,
  { namePrefix = "", useCases: selected = {}, seldon }: Partial<Values>,
  named: NamedUseCases,
): string {
  const shared = (seldon?.existing ? "" : namePrefix) + (seldon?.namespace ?? "");
  const { deployName } = named[useCase]?.deployment ?? {};
  const own = readDedicated(selected[useCase] ?? {}).namespace;
  return own && deployName !== undefined ? dedicatedNamespace(shared, useCase, deployName) : shared;
}

/** Deployments and detectors need separate namespaces, and the stack must not delete Pachyderm's. */
function checkDedicatedNamespace(
  name: string,
  { seldon, pachyderm }: Partial<Values>,
): string | undefined {
  if (name === pachyderm?.namespace) {
    return "is also pachyderm.namespace, and would be deleted with the stack";
  }
  return name === seldon?.detectorNamespace
    ? "is also seldon.detectorNamespace: deployments and detectors need separate namespaces"
    : names.checkOwnNamespace(name);
}

/** Names that Seldon derives from a use case's namespace and deployment once a model is trained. */
function checkDetectorNames(values: Partial<Values>, named: NamedUseCases): Problem[] {
  const { namePrefix = "", seldon } = values;
  if (seldon === undefined) return [];
  return Object.entries(named).flatMap(([useCase, { deployment }]) => {
    const [name, namespace] = [deployment.deployName, namespaceOf(useCase, values, named)];
    const problem = detectorNameProblem({ name, namespace });
    // checkPrefix reports a prefix that is too long by itself
    if (problem === undefined || checkPrefix(namePrefix, [named[useCase] ?? []].flat()).length > 0)
      return [];
    const path = ["useCases", useCase];
    const shorter = [
      ...(namePrefix === "" ? [] : ["namePrefix (it counts twice)"]),
      "seldon.namespace",
      `deployName in use-cases/${useCase}`,
    ];
    return [{ path, text: `${problem}: ${shorter.join(", ")}` }];
  });
}
