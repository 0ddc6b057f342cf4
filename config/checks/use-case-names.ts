import * as names from "../../components/common/names";
import { bothNamesProblem } from "../../providers/pachyderm/rules";
import { detectorNameProblem } from "../../providers/seldon/rules";
import type { NamedUseCase, NamedUseCases } from "../../use-cases/definition";
import { reposMade } from "../../use-cases/sources";
import { dedicatedName, dedicatedNamespace, readDedicated } from "../dedicated";
import { type Problem, removeHint, setCommand } from "../messages";
import type { Values } from "../schema";
import { checkCircles } from "./circles";
import { checkName } from "./prefixed-name";
import { checkSameNames, pipelineNames } from "./same-names";
import { sameNamespaceProblem } from "./separate-namespaces";

/** The names that the selected use cases create, individually and in combination. */
export function checkUseCaseNames(values: Partial<Values>, named: NamedUseCases): Problem[] {
  const { namePrefix: prefix = "", pachyderm } = values;
  return [
    ...checkProject(pachyderm?.project, prefix, Object.values(named)),
    ...(prefix === "" ? [] : checkPrefix(prefix, named)),
    ...checkSameNames(values, named),
    ...checkCircles(named, values),
    ...checkDedicatedNames(values, named),
    ...checkDetectorNames(values, named),
  ];
}

/**
 * The name of the Pachyderm project, individually and in combination with the names of its
 * pipelines.
 */
function checkProject(
  project: string | undefined,
  prefix: string,
  named: readonly NamedUseCase[],
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
function checkPrefix(prefix: string, named: NamedUseCases): Problem[] {
  const derived = Object.entries(named).flatMap(([useCase, definition]) => {
    const pipelines = pipelineNames(definition);
    const repos = reposMade(useCase, definition).map(({ repo }) => repo);
    const existing = definition.data?.existing ? [definition.data.repo] : [];
    const { deployName } = definition.deployment ?? {};
    return [
      ...[...existing, ...repos.filter((name) => !pipelines.includes(name))].map((name) => ({
        kind: "repo",
        name,
        problem: names.checkRepoName(name),
      })),
      ...pipelines.map((name) => ({
        kind: "pipeline",
        name,
        problem: names.checkPipelineName(name),
      })),
      ...(deployName === undefined
        ? []
        : [
            {
              kind: "deployment",
              name: deployName,
              problem: names.checkDeploymentName(deployName),
            },
          ]),
    ];
  });
  const secret = prefix + names.PIPELINE_SECRET;
  return [...derived, { kind: "Secret", name: secret, problem: names.checkSecretName(secret) }]
    .filter(({ problem }) => problem !== undefined)
    .slice(0, 1)
    .map(({ kind, name, problem }) => ({
      path: ["namePrefix"],
      text: `is "${prefix}", which results in the ${kind} name "${name}"; that ${problem}: ${setCommand(["namePrefix"])}`,
    }));
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

function checkDedicatedNamespace(
  name: string,
  { seldon, pachyderm }: Partial<Values>,
): string | undefined {
  return (
    sameNamespaceProblem(name, {
      "pachyderm.namespace": pachyderm?.namespace,
      "seldon.detectorNamespace": seldon?.detectorNamespace,
    }) ?? names.checkOwnNamespace(name)
  );
}

/** Names that Seldon derives from a use case's namespace and deployment once a model is trained. */
function checkDetectorNames(values: Partial<Values>, named: NamedUseCases): Problem[] {
  const { namePrefix = "", seldon } = values;
  if (seldon === undefined) return [];
  return Object.entries(named).flatMap(([useCase, { deployment }]) => {
    if (deployment === undefined) return [];
    const [name, namespace] = [deployment.deployName, namespaceOf(useCase, values, named)];
    const problem = detectorNameProblem({ name, namespace });
    // checkPrefix reports a prefix that is too long on its own
    const alone = Object.fromEntries(Object.entries(named).filter(([other]) => other === useCase));
    if (problem === undefined || checkPrefix(namePrefix, alone).length > 0) return [];
    const path = ["useCases", useCase];
    const shorter = [
      ...(namePrefix === "" ? [] : ["namePrefix (counts twice)"]),
      "seldon.namespace",
      `deployName in use-cases/${useCase}`,
    ];
    return [{ path, text: `${problem}: ${shorter.join(", ")}` }];
  });
}
