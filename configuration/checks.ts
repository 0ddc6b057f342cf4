import * as names from "../components/names";
import { PIPELINE_SECRET } from "../components/pipeline-secret";
import { nearest } from "../pachyderm/spec/suggest";
import { useCases } from "../use-cases";
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
  return [
    ...checkName(["detectorBucket", "name"], "bucket", bucket, prefix, names.checkBucketName),
    ...checkName(["seldon", "namespace"], "namespace", seldon?.namespace, prefix, checkNamespace),
    ...checkName(["pachyderm", "namespace"], "namespace", pachyderm?.namespace, "", checkNamespace),
    ...(prefix === "" ? [] : checkPrefix(prefix, Object.keys(values.useCases ?? {}))),
  ];
}

const checkNamespace = (name: string) => names.checkLabelName(name);

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
  const derived = selected.flatMap((name) => {
    const definition = Object.hasOwn(useCases, name) ? useCases[name] : undefined;
    if (definition === undefined) return []; // told by checkUseCases
    const { data, training, deployment } = prefixNames(prefix, definition);
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
