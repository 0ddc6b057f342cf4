import {
  labelKeyProblem,
  labelValueProblem,
  variableNameProblem,
  volumeNameProblem,
} from "./kubernetes-names";
import type { SpecNode } from "./node";
import type { Problems } from "./problem";

const FAILS = "the pipeline will fail";

/**
 * Values that are copied into Kubernetes objects. Pachyderm does not validate them; Kubernetes does
 * when the workers or the Service are created, and then the pipeline fails: pachyderm/pachyderm
 * src/server/pps/server/worker_rc.go.
 */
export function checkKubernetes(spec: SpecNode, problems: Problems): void {
  const transform = spec.field("transform");
  checkSecretMounts(transform.field("secrets").items, problems);
  checkVariables(transform, problems);
  const labels = spec.field("metadata").field("labels");
  const selector = spec.field("schedulingSpec").field("nodeSelector");
  for (const node of [labels, selector]) checkLabels(node, problems);
  for (const [key, node] of spec.field("metadata").field("annotations").entries) {
    warnOf(labelKeyProblem(key), node, problems);
  }
  for (const service of [spec.field("service"), spec.field("spout").field("service")]) {
    if (service.isSet && service.isKnown) checkPorts(service, problems);
  }
  for (const toleration of spec.field("tolerations").items) checkToleration(toleration, problems);
}

/** Each mounted Secret becomes a volume with the Secret's name. */
function checkSecretMounts(secrets: readonly SpecNode[], problems: Problems): void {
  const mounted = new Set<string>();
  for (const secret of secrets) {
    const [name, path] = [secret.field("name"), secret.field("mountPath")];
    if (!path.isSet) continue;
    if (name.text !== undefined) warnOf(volumeNameProblem(name.text), name, problems);
    if (path.text === undefined) continue;
    if (!path.text.startsWith("/")) problems.warn(path, `must start with /, or ${FAILS}`);
    if (mounted.has(path.text))
      problems.warn(path, `already has another Secret mounted, so ${FAILS}`);
    mounted.add(path.text);
  }
}

function checkVariables(transform: SpecNode, problems: Problems): void {
  for (const [name, node] of transform.field("env").entries) {
    warnOf(variableNameProblem(name), node, problems);
  }
  for (const secret of transform.field("secrets").items) {
    const variable = secret.field("envVar");
    if (variable.text !== undefined) warnOf(variableNameProblem(variable.text), variable, problems);
  }
}

function checkLabels(labels: SpecNode, problems: Problems): void {
  for (const [key, node] of labels.entries) {
    warnOf(labelKeyProblem(key), node, problems);
    if (node.text !== undefined) warnOf(labelValueProblem(node.text), node, problems);
  }
}

/** The external port is the Service's own; the internal one is that of the code behind it. */
function checkPorts(service: SpecNode, problems: Problems): void {
  for (const name of ["internalPort", "externalPort"]) {
    const { integer: port } = service.field(name);
    if (port === undefined) continue;
    if (port < 1n || port > 65_535n) {
      problems.warn(service.field(name), `must be a port from 1 to 65535, or ${FAILS}`);
    } else if (name === "externalPort" && isNodePort(service) && !isNodePortNumber(port)) {
      problems.warn(
        service.field(name),
        `must be from 30000 to 32767 for a service of type NodePort (the default), or ${FAILS}`,
      );
    }
  }
}

function isNodePort(service: SpecNode): boolean {
  const type = service.field("type");
  return type.isKnown && (!type.isSet || type.text === "NodePort");
}

/** The default range of Kubernetes, which an administrator can change. */
function isNodePortNumber(port: bigint): boolean {
  return port >= 30_000n && port <= 32_767n;
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function checkToleration(toleration: SpecNode, problems: Problems): void {
  if (!toleration.isKnown) return;
  const [key, operator, value] = ["key", "operator", "value"].map((name) => toleration.field(name));
  if (isName(operator, "EXISTS") && value?.text !== undefined) {
    problems.warn(value, `must be left out with the operator EXISTS, or ${FAILS}`);
  }
  if (isName(operator, "EQUAL") && key?.isKnown && !key.isSet) {
    problems.warn(key, `is required with the operator EQUAL, or ${FAILS}`);
  }
  const [effect, seconds] = [toleration.field("effect"), toleration.field("tolerationSeconds")];
  const isGiven = seconds.isKnown && seconds.value !== undefined && seconds.value !== null;
  if (isGiven && effect.isKnown && !isName(effect, "NO_EXECUTE")) {
    problems.warn(seconds, `requires the effect NO_EXECUTE, or ${FAILS}`);
  }
}

/** Whether an enum field has the value of that name, however it is written. */
function isName(node: SpecNode | undefined, name: string): boolean {
  if (node?.type.kind !== "enum") return false;
  const { value } = node;
  return (typeof value === "number" ? node.type.names[value] : value) === name;
}

function warnOf(problem: string | undefined, node: SpecNode, problems: Problems): void {
  if (problem !== undefined) problems.warn(node, `${problem}, so ${FAILS}`);
}
