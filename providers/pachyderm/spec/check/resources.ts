import { isUnknown } from "../../../kit/values";
import { parseFloat32 } from "../scalars";
import type { SpecNode } from "./node";
import type { Problems } from "./problem";
import { quantityProblem, quantityValue } from "./syntax";

const FAILS = "so the pipeline will fail";

/**
 * The resources of the workers and of their sidecars. Pachyderm does not validate the amounts;
 * Kubernetes refuses the pods: getResourceListFromSpec in src/internal/ppsutil/util.go.
 */
export function checkResources(spec: SpecNode, problems: Problems): void {
  for (const [requests, limits] of [
    ["resourceRequests", "resourceLimits"],
    ["sidecarResourceRequests", "sidecarResourceLimits"],
  ] as const) {
    const [request, limit] = [spec.field(requests), spec.field(limits)];
    for (const resources of [request, limit]) checkAmounts(resources, problems);
    checkWithin(request, limit, problems);
    if (request.isKnown && limit.isKnown) {
      checkGpus(request.field("gpu"), limit.field("gpu"), problems);
    }
  }
}

function checkAmounts(resources: SpecNode, problems: Problems): void {
  for (const name of ["memory", "disk"]) {
    const amount = resources.field(name);
    const reason = amount.text === undefined ? undefined : quantityProblem(amount.text);
    if (reason !== undefined) problems.warn(amount, reason);
  }
  for (const { node, value } of amounts(resources)) {
    if (value < 0) problems.warn(node, `must not be negative, ${FAILS}`);
  }
  const gpu = resources.field("gpu");
  if (gpu.isSet && gpu.isKnown && !gpu.field("type").isSet) {
    problems.warn(gpu, `must have a type such as nvidia.com/gpu, ${FAILS}`);
  }
}

/** Kubernetes refuses a container that requests more than its limit. */
function checkWithin(requests: SpecNode, limits: SpecNode, problems: Problems): void {
  const most = new Map(amounts(limits).map((amount) => [amount.name, amount]));
  for (const { name, node, value } of amounts(requests)) {
    const limit = most.get(name);
    // 0 is not set
    if (name === "gpu" || limit === undefined || limit.value <= 0 || value <= limit.value) continue;
    problems.warn(node, `is more than ${limit.node.path.join(".")} allows, ${FAILS}`);
  }
}

/** GPUs cannot be overcommitted: a request needs the same limit. */
function checkGpus(request: SpecNode, limit: SpecNode, problems: Problems): void {
  const isKnown = [request, limit].every(
    (gpu) => gpu.isKnown && gpu.field("type").isKnown && gpu.field("number").isKnown,
  );
  const number = request.field("number").integer;
  if (!isKnown || number === undefined || number <= 0n) return;
  const isSameType = request.field("type").text === limit.field("type").text;
  if (isSameType && limit.field("number").integer === number) return;
  problems.warn(request, `requires the same type and number in ${limit.path.join(".")}, ${FAILS}`);
}

interface Amount {
  readonly name: string;
  readonly node: SpecNode;
  readonly value: number;
}

/** The amounts that are known and valid. */
function amounts(resources: SpecNode): Amount[] {
  const gpu = resources.field("gpu");
  const number = gpu.field("number").integer;
  const found: (Omit<Amount, "value"> & { readonly value: number | undefined })[] = [
    { name: "cpu", node: resources.field("cpu"), value: cpuOf(resources.field("cpu")) },
    ...["memory", "disk"].map((name) => {
      const node = resources.field(name);
      return { name, node, value: node.text === undefined ? undefined : quantityValue(node.text) };
    }),
    {
      name: "gpu",
      node: gpu.field("number"),
      value: number === undefined ? undefined : Number(number),
    },
  ];
  return found.flatMap(({ value, ...amount }) =>
    value === undefined ? [] : [{ ...amount, value }],
  );
}

function cpuOf({ value }: SpecNode): number | undefined {
  return value === null || value === undefined || isUnknown(value)
    ? undefined
    : parseFloat32(value);
}
