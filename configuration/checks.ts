import * as names from "../components/names";
import { PIPELINE_SECRET } from "../components/pipeline-secret";
import { bothNamesProblem } from "../pachyderm/spec/check/names";
import { nearest } from "../provider-kit/suggest";
import { useCases } from "../use-cases";
import type { UseCaseDefinition } from "../use-cases/definition";
import { prefixNames } from "../use-cases/overrides";
import { type Problem, removeHint, setCommand } from "./problems";
import type { Values } from "./schema";

/**
 * What is wrong with values that are right each by itself. Sections that could not be read are
 * missing; what is known of the others is checked all the same.
 */
export function checkTogether(values: Partial<Values>): Problem[] {
  return [
    ...checkCluster(values),
    ...checkCredentials(values),
    ...checkSoftDelete(values),
    ...checkLabels(values),
    ...checkUseCases(values),
    ...checkNames(values),
  ];
}

function checkCluster({ kubernetes }: Partial<Values>): Problem[] {
  if (kubernetes === undefined || kubernetes.context || kubernetes.kubeconfig) return [];
  const path = ["kubernetes", "context"];
  return [
    {
      path,
      text: `is missing, and so is kubeconfig; one of them must name the cluster: ${setCommand(path)}`,
    },
  ];
}

function checkCredentials({ credentials }: Partial<Values>): Problem[] {
  if (credentials?.sel_namespace === undefined) return [];
  return [
    {
      path: ["credentials", "sel_namespace"],
      text: "is set by the stack, to seldon.namespace; remove it: `pulumi config rm --path credentials.sel_namespace`",
    },
  ];
}

function checkSoftDelete({ detectorBucket, disposable }: Partial<Values>): Problem[] {
  if (detectorBucket?.softDeleteDays !== 0 || disposable !== false) return [];
  const path = ["detectorBucket", "softDeleteDays"];
  return [
    {
      path,
      text: `is 0, which only a disposable stack may have; it takes 7 to 90: ${setCommand(path)}`,
    },
  ];
}

function checkLabels({ detectorBucket }: Partial<Values>): Problem[] {
  return Object.entries(detectorBucket?.labels ?? {}).flatMap(([key, value]) => {
    const path = ["detectorBucket", "labels", key];
    const badKey = names.checkLabelKey(key);
    if (badKey !== undefined) {
      return [{ path, text: `is a label whose name ${badKey} ${removeHint(path)}` }];
    }
    const badValue = names.checkLabelValue(value);
    if (badValue === undefined) return [];
    return [{ path, text: `is ${JSON.stringify(value)}, which ${badValue}: ${setCommand(path)}` }];
  });
}

function checkUseCases({ useCases: selected }: Partial<Values>): Problem[] {
  const known = Object.keys(useCases);
  return Object.keys(selected ?? {})
    .filter((name) => !Object.hasOwn(useCases, name))
    .map((name) => {
      const meant = nearest(name, known);
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      return {
        path: ["useCases", name],
        text: `is not a use case: use-cases/ has ${known.join(", ")}${hint} ${removeHint(["useCases", name])}`,
      };
    });
}

/** The names that the stack's values make, with the prefix in front of them. */
function checkNames({ namePrefix: prefix, ...values }: Partial<Values>): Problem[] {
  if (prefix === undefined) return [];
  const { detectorBucket, seldon, pachyderm } = values;
  const bucket = detectorBucket?.name;
  const workers = pachyderm?.namespace;
  const checkSeldon = (name: string) =>
    name === workers
      ? "is pachyderm.namespace too, and would be deleted with the stack: name another one"
      : names.checkOwnNamespace(name);
  return [
    ...checkName(["detectorBucket", "name"], "bucket", bucket, prefix, names.checkBucketName),
    ...checkName(["seldon", "namespace"], "namespace", seldon?.namespace, prefix, checkSeldon),
    ...checkName(["pachyderm", "namespace"], "namespace", workers, "", checkNamespace),
    ...checkProject(pachyderm?.project, prefix, Object.keys(values.useCases ?? {})),
    ...(prefix === "" ? [] : checkPrefix(prefix, Object.keys(values.useCases ?? {}))),
  ];
}

const checkNamespace = (name: string) => names.checkLabelName(name);

/** The name of Pachyderm's project, by itself and together with those of the pipelines in it. */
function checkProject(
  project: string | undefined,
  prefix: string,
  selected: readonly string[],
): Problem[] {
  if (project === undefined) return [];
  const path = ["pachyderm", "project"];
  const alone = checkName(path, "project", project, "", names.checkPipelineName);
  if (alone.length > 0) return alone;
  const problem = prefixed(prefix, selected)
    .flatMap(({ training, deployment }) => [training.name, deployment.name])
    .filter((name) => names.checkPipelineName(name) === undefined) // else told of the prefix
    .map((name) => ({ name, problem: bothNamesProblem(name, project) }))
    .find(({ problem }) => problem !== undefined);
  if (problem === undefined) return [];
  const shorter = prefix === "" ? "" : "; shorten it or namePrefix";
  const text = `is "${project}", but the pipeline name "${problem.name}" ${problem.problem}${shorter}: ${setCommand(path)}`;
  return [{ path, text }];
}

/** The selected use cases as they will be named; unknown ones are told by checkUseCases. */
function prefixed(prefix: string, selected: readonly string[]): UseCaseDefinition[] {
  return selected.flatMap((name) => {
    const definition = Object.hasOwn(useCases, name) ? useCases[name] : undefined;
    return definition === undefined ? [] : [prefixNames(prefix, definition)];
  });
}

function checkName(
  path: readonly string[],
  kind: string,
  name: string | undefined,
  prefix: string,
  check: (name: string) => string | undefined,
): Problem[] {
  const problem = name === undefined ? undefined : check(prefix + name);
  if (problem === undefined) return [];
  const origin = prefix === "" ? "is" : `makes, after namePrefix, the ${kind} name`;
  return [{ path, text: `${origin} "${prefix}${name}", which ${problem}: ${setCommand(path)}` }];
}

/** Names that come from a use case's folder are only ever wrong for the prefix. */
function checkPrefix(prefix: string, selected: readonly string[]): Problem[] {
  const derived = prefixed(prefix, selected).flatMap(({ data, training, deployment }) => {
    return [
      { kind: "repo", name: data.repo, problem: names.checkRepoName(data.repo) },
      ...[training, deployment].map(({ name }) => ({
        kind: "pipeline",
        name,
        problem: names.checkPipelineName(name),
      })),
      {
        kind: "deployment",
        name: deployment.deployName,
        problem: names.checkDeploymentName(deployment.deployName),
      },
    ];
  });
  const secret = prefix + PIPELINE_SECRET;
  return [...derived, { kind: "Secret", name: secret, problem: names.checkSecretName(secret) }]
    .filter(({ problem }) => problem !== undefined)
    .slice(0, 1)
    .map(({ kind, name, problem }) => ({
      path: ["namePrefix"],
      text: `is "${prefix}", which makes the ${kind} name "${name}"; that ${problem}: ${setCommand(["namePrefix"])}`,
    }));
}
