import * as names from "../../components/common/names";
import { bothNamesProblem } from "../../providers/pachyderm/rules";
import type { NamedUseCase, NamedUseCases } from "../../use-cases/definition";
import { reposMade } from "../../use-cases/sources";
import { type Problem, setCommand } from "../messages";
import type { Values } from "../schema";
import { checkName } from "./prefixed-name";
import { checkSameNames, pipelineNames } from "./same-names";

/** The names from the use cases' folders, individually and in combination, and their project's. */
export function checkUseCaseNames(values: Partial<Values>, named: NamedUseCases): Problem[] {
  const { namePrefix: prefix = "", pachyderm } = values;
  return [
    ...checkProject(pachyderm?.project, prefix, Object.values(named)),
    ...(prefix === "" ? [] : checkPrefix(prefix, named)),
    ...checkSameNames(values, named),
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
export function checkPrefix(prefix: string, named: NamedUseCases): Problem[] {
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
