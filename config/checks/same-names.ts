import type { NamedUseCase, NamedUseCases } from "../../use-cases/definition";
import { cronRepos, pipelineName } from "../../use-cases/further-pipelines";
import { reposMade } from "../../use-cases/sources";
import { readDedicated } from "../dedicated";
import { type Problem, setCommand } from "../messages";
import type { Values } from "../schema";

/** Objects that the selected use cases would create under the same name. */
export function checkSameNames(values: Partial<Values>, named: NamedUseCases): Problem[] {
  return [...checkTaken(named), ...checkSame(named, values), ...checkResources(named)];
}

/** The names of the pipelines that a use case creates. */
export function pipelineNames({ training, deployment, pipelines = {} }: NamedUseCase): string[] {
  return [
    ...(training && !training.defer ? [training.name] : []),
    ...(deployment ? [deployment.name] : []),
    ...Object.values(pipelines).map(pipelineName),
  ];
}

/** A new repo with the name of another repo or pipeline of the stack. */
function checkTaken(named: NamedUseCases): Problem[] {
  const all = Object.entries(named).flatMap((entry) => reposMade(...entry));
  return all.flatMap((source, index) => {
    const { useCase, part, repo } = source;
    if (part !== "data" && part !== "repos") return [];
    const other = all.find(
      (each, place) =>
        each !== source &&
        each.repo === repo &&
        // of two further repos, the later one is reported
        !(part === "repos" && each.part === "repos" && place > index),
    );
    if (other === undefined) return [];
    const text = `"${repo}", which is also the name of a repo of ${other.useCase}; to read that repo, set`;
    if (part === "repos") {
      const way = `existing for it in use-cases/${useCase}`;
      return [{ path: ["useCases", useCase], text: `has the repo ${text} ${way}` }];
    }
    const path = ["useCases", useCase, "data", "repo"];
    return [
      { path, text: `is ${text} data.existing, or choose a different name: ${setCommand(path)}` },
    ];
  });
}

/** Pipelines with the same name, or deployments with the same name in one namespace: they would overwrite each other. */
function checkSame(named: NamedUseCases, { useCases: selected = {} }: Partial<Values>): Problem[] {
  const made = Object.entries(named).flatMap(([useCase, definition]) => {
    const own = readDedicated(selected[useCase] ?? {}).namespace ? useCase : "";
    const pipelines = pipelineNames(definition);
    const crons = Object.values(definition.pipelines ?? {}).flatMap(cronRepos);
    const { deployName } = definition.deployment ?? {};
    return [
      // a pipeline's name is also that of its repo
      ...pipelines.map((name) => ({ useCase, kind: "pipeline", name, place: "" })),
      ...crons.map((name) => ({ useCase, kind: "repo", name, place: "" })),
      ...(deployName === undefined
        ? []
        : [{ useCase, kind: "deployment", name: deployName, place: own }]),
    ];
  });
  return made.flatMap((each, index) => {
    const isPachyderm = each.kind !== "deployment";
    const other = made
      .slice(0, index)
      .find(
        ({ kind, name, place }) =>
          (kind !== "deployment") === isPachyderm && name === each.name && place === each.place,
      );
    if (other === undefined) return [];
    const path = ["useCases", each.useCase];
    const where = other.useCase === each.useCase ? " twice" : `, which ${other.useCase} also has`;
    if (each.kind === "repo" && other.kind === "repo") {
      // https://github.com/pachyderm/pachyderm/blob/v2.11.6/src/server/pps/server/api_server.go (deletePipeline)
      const text = `has the cron repo "${each.name}"${where}: Pachyderm cannot delete either pipeline while the other reads it: in use-cases/${each.useCase}, let one of them read the repo with a pfs input`;
      return [{ path, text }];
    }
    const text = `has the ${each.kind} name "${each.name}"${where}: change it in use-cases/${each.useCase}`;
    return [{ path, text }];
  });
}

/**
 * Keys of further pipelines and repos that, appended to the use cases' names, result in the same
 * resource name.
 */
function checkResources(named: NamedUseCases): Problem[] {
  const all = Object.entries(named).flatMap(([useCase, { repos = {}, ...definition }]) => [
    ...(["training", "deployment"] as const)
      .filter((part) => definition[part] !== undefined)
      .map((part) => ({ useCase, key: part as string, kind: "pipeline" })),
    ...Object.keys(definition.pipelines ?? {}).map((key) => ({ useCase, key, kind: "pipeline" })),
    ...Object.keys(repos).map((key) => ({ useCase, key, kind: "repo" })),
  ]);
  const nameOf = ({ useCase, key, kind }: (typeof all)[number]) => `${useCase}-${key}-${kind}`;
  return all.flatMap((each, index) => {
    const other = all.slice(0, index).find((before) => nameOf(before) === nameOf(each));
    if (other === undefined) return [];
    const text = `has a ${each.kind} "${each.key}" whose resource would have the same name (${nameOf(each)}) as "${other.key}" of ${other.useCase}: change one of the keys`;
    return [{ path: ["useCases", each.useCase], text }];
  });
}
