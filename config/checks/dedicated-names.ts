import * as names from "../../components/common/names";
import { detectorNameProblem } from "../../providers/seldon/rules";
import type { NamedUseCases } from "../../use-cases/definition";
import { dedicatedName, dedicatedNamespace, readDedicated } from "../dedicated";
import { type Problem, removeHint } from "../messages";
import type { Values } from "../schema";
import { sameNamespaceProblem } from "./separate-namespaces";
import { checkPrefix } from "./use-case-names";

/** Names of dedicated buckets and namespaces, which consist of the shared name and the use case's. */
export function checkDedicatedNames(values: Partial<Values>, named: NamedUseCases): Problem[] {
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
export function checkDetectorNames(values: Partial<Values>, named: NamedUseCases): Problem[] {
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
