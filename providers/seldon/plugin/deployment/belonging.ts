/**
 * Which detectors belong to a deployment. Seldon Deploy does not set owner references (they do not
 * work across namespaces), and its source is not public; these facts are:
 *
 * - The detector's Knative service is named `NAMESPACE-seldondeployment-NAME-drift` or `-outlier`:
 *   https://github.com/winderai/pachyderm-seldon/blob/main/repo/verify_deployment_version.sh selects
 *   `serving.knative.dev/service=seldon-seldondeployment-pachyderm-drift` in `seldon-logs`, for the
 *   deployment `pachyderm` in the namespace `seldon`. The pattern NAMESPACE-KIND-NAME-TYPE suggests
 *   that the first word is the namespace; both are `seldon` there.
 * - Its container runs alibi-detect-server with `--event_source` and the others as arguments:
 *   https://github.com/SeldonIO/seldon-core/blob/v1.18.2/components/drift-detection/cifar10/cifar10cd.yaml
 * - deploy.py sets the event source to `io.seldon.serving.seldon-seldondeployment-NAME-drift` or
 *   `-outlier`, with a literal `seldon` as the first word, whatever the namespace is:
 *   https://github.com/determined-ai/works-with-determined/blob/master/pachyderm-seldon/container/deploy/deploy.py
 * - A trigger sends events to the detector: its subscriber is the service (same folder as above,
 * trigger.yaml). If it filters by deployment, it uses the events' attributes
 *   `inferenceservicename` and `namespace`:
 *   https://github.com/SeldonIO/seldon-core/blob/v1.18.2/executor/logger/worker.go
 */
import { DETECTOR_KINDS, type DetectorKind, serviceName } from "./detector-names";
import type { DeploymentRef, KnativeService, KnativeTrigger } from "./objects";

/** A detector service of the deployment. */
export interface Detector {
  readonly kind: DetectorKind;
  readonly service: KnativeService;
}

/** The objects found in the detectors' namespace. */
export interface Belongings {
  readonly detectors: readonly Detector[];
  readonly triggers: readonly KnativeTrigger[];
  /**
   * Names of services that belong to a deployment of this name in an unknown namespace: only the
   * user can decide.
   */
  readonly unclear: readonly string[];
}

/** The first word of an event source that deploy.py sets, whatever the namespace is. */
const FIXED_PREFIX = "seldon";

/** Finds what belongs to a deployment among all objects in the detectors' namespace. */
export function findBelongings(
  ref: DeploymentRef,
  services: readonly KnativeService[],
  triggers: readonly KnativeTrigger[],
): Belongings {
  const detectors: Detector[] = [];
  const unclear: string[] = [];
  for (const service of services) {
    const fed = triggers.filter((trigger) => subscriber(trigger) === service.metadata.name);
    for (const kind of DETECTOR_KINDS) {
      const verdict = judge(ref, kind, service, fed);
      if (verdict === "ours") detectors.push({ kind, service });
      if (verdict === "unclear") unclear.push(service.metadata.name);
    }
  }
  const names = new Set([
    ...detectors.map(({ service }) => service.metadata.name),
    // a trigger may still exist without its service
    ...DETECTOR_KINDS.map((kind) => serviceName(ref, kind)).filter(
      (name) => !services.some(({ metadata }) => metadata.name === name),
    ),
  ]);
  const ours = triggers.filter(
    (trigger) => names.has(subscriber(trigger) ?? "") && filtered(trigger, ref) !== "others",
  );
  return { detectors, triggers: ours, unclear };
}

/** Whether a service is the deployment's detector of a kind; undefined if it is unrelated. */
function judge(
  ref: DeploymentRef,
  kind: DetectorKind,
  service: KnativeService,
  fed: readonly KnativeTrigger[],
): "ours" | "unclear" | undefined {
  const { name } = service.metadata;
  const source = eventSource(service);
  const filters = fed.map((trigger) => filtered(trigger, ref));
  if (filters.includes("others")) return undefined;
  const speaksForUs = sources(ref, kind).includes(source ?? "");
  if (name === serviceName(ref, kind)) {
    // names can be parsed in two ways: a in b-seldondeployment-c, or a-seldondeployment-b in c
    return speaksForUs || !isDetectorSource(source) ? "ours" : undefined;
  }
  if (!speaksForUs) return undefined;
  if (filters.includes("ours")) return "ours";
  // the name belongs to another namespace, unless its `seldon` is a fixed word rather than a
  // namespace
  const elsewhere = name.endsWith(`-seldondeployment-${ref.name}-${kind}`);
  const fixed = name === serviceName({ ...ref, namespace: FIXED_PREFIX }, kind);
  return elsewhere && !fixed ? undefined : "unclear";
}

/** The event sources of the deployment's detector: deploy.py's, and the one with its namespace. */
function sources(ref: DeploymentRef, kind: DetectorKind): string[] {
  return [ref.namespace, FIXED_PREFIX].map(
    (namespace) => `io.seldon.serving.${serviceName({ ...ref, namespace }, kind)}`,
  );
}

/** Whether an event source matches the pattern that names a deployment. */
function isDetectorSource(source: string | undefined): boolean {
  return /^io\.seldon\.serving\..+-seldondeployment-.+-(drift|outlier)$/.test(source ?? "");
}

/** The value of the container's `--event_source`. */
function eventSource({ spec }: KnativeService): string | undefined {
  for (const { args = [] } of spec?.template?.spec?.containers ?? []) {
    for (const [index, argument] of args.entries()) {
      if (argument === "--event_source") return args[index + 1];
      if (argument.startsWith("--event_source=")) return argument.slice("--event_source=".length);
    }
  }
  return undefined;
}

/** The name of the Knative service that a trigger sends events to. */
function subscriber({ metadata, spec }: KnativeTrigger): string | undefined {
  const { ref, uri } = spec?.subscriber ?? {};
  if (ref !== undefined) {
    const isKnative = ref.kind === "Service" && ref.apiVersion?.startsWith("serving.knative.dev/");
    const isHere = ref.namespace === undefined || ref.namespace === metadata.namespace;
    return isKnative && isHere ? ref.name : undefined;
  }
  const host = uri !== undefined && URL.canParse(uri) ? new URL(uri).hostname : "";
  const [name, namespace = metadata.namespace] = host.split(".");
  return namespace === metadata.namespace ? name : undefined;
}

/** The deployment whose events a trigger passes, according to its filter. */
function filtered({ spec }: KnativeTrigger, ref: DeploymentRef): "ours" | "others" | "anybody's" {
  const { inferenceservicename: name, namespace } = spec?.filter?.attributes ?? {};
  if (name !== undefined && name !== ref.name) return "others";
  if (namespace !== undefined && namespace !== ref.namespace) return "others";
  return name === undefined || namespace === undefined ? "anybody's" : "ours";
}
