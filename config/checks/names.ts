import * as names from "../../components/common/names";
import { dnsLabelProblem } from "../../providers/kit/dns-label";
import type { Problem } from "../messages";
import type { Values } from "../schema";
import { checkName } from "./prefixed-name";
import { sameNamespaceProblem } from "./separate-namespaces";

/** The names of what use cases share, with the prefix. */
export function checkNames(values: Partial<Values>): Problem[] {
  const { namePrefix: prefix = "", detectorBucket, seldon, pachyderm } = values;
  const workers = pachyderm?.namespace;
  // existing objects keep their names
  const [bucketPrefix, seldonPrefix] = [detectorBucket, seldon].map((part) =>
    part?.existing ? "" : prefix,
  );
  const bucket = detectorBucket?.name;
  return [
    ...checkName(["detectorBucket", "name"], "bucket", bucket, names.checkBucketName, bucketPrefix),
    ...checkName(
      ["seldon", "namespace"],
      "namespace",
      seldon?.namespace,
      (name) => checkSeldonNamespace(name, values),
      seldonPrefix,
    ),
    ...checkName(["seldon", "detectorNamespace"], "namespace", seldon?.detectorNamespace, (name) =>
      checkDetectorNamespace(name, `${seldonPrefix}${seldon?.namespace}`),
    ),
    ...checkName(["pachyderm", "namespace"], "namespace", workers, checkNamespace),
  ];
}

const checkNamespace = (name: string) => dnsLabelProblem(name);

function checkSeldonNamespace(name: string, { seldon, pachyderm }: Partial<Values>) {
  if (seldon?.existing) return checkNamespace(name);
  const same = sameNamespaceProblem(name, { "pachyderm.namespace": pachyderm?.namespace });
  return same === undefined
    ? names.checkOwnNamespace(name)
    : `${same}: choose a different namespace`;
}

function checkDetectorNamespace(name: string, deployments: string): string | undefined {
  return sameNamespaceProblem(name, { "seldon.namespace": deployments }) ?? checkNamespace(name);
}
