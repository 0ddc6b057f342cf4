import type { DeploymentRef } from "./objects";

export const DETECTOR_KINDS = ["drift", "outlier"] as const;
export type DetectorKind = (typeof DETECTOR_KINDS)[number];

/** A Knative service's name is part of its host name (RFC 1123 label). */
const MAX_LENGTH = 63;

/** The name that Seldon Deploy gives to a detector's service, see belonging.ts. */
export function serviceName({ namespace, name }: DeploymentRef, kind: DetectorKind): string {
  return `${namespace}-seldondeployment-${name}-${kind}`;
}

/** The deployments in a namespace whose detectors have such names. */
export function deploymentsIn(namespace: string, services: readonly string[]): string[] {
  const start = serviceName({ namespace, name: "" }, "drift").replace(/-drift$/, "");
  const names = services
    .filter((service) => service.startsWith(start))
    .flatMap((service) => /^(.+)-(drift|outlier)$/.exec(service.slice(start.length))?.[1] ?? []);
  return [...new Set(names)];
}

/** The maximum length of a namespace for the detectors of a deployment. */
export function maxNamespaceLength(name: string): number {
  return MAX_LENGTH - longestName({ namespace: "", name }).length;
}

/**
 * What is wrong with a deployment's name and namespace, as a phrase that follows them, or
 * undefined. Knative refuses a detector name that is too long, but only hours later, when the first
 * model is trained.
 */
export function detectorNameProblem(ref: DeploymentRef): string | undefined {
  const longest = longestName(ref);
  const excess = longest.length - MAX_LENGTH;
  if (excess <= 0) return undefined;
  const { namespace, name } = ref;
  const rest = longest.length - namespace.length - name.length;
  return (
    `makes the detector name "${longest}", which is ${longest.length} characters long ` +
    `(namespace ${namespace.length}, deployment ${name.length}, Seldon's own part ${rest}); ` +
    `Knative allows ${MAX_LENGTH}, so shorten one of them by ${excess}`
  );
}

function longestName(ref: DeploymentRef): string {
  const names = DETECTOR_KINDS.map((kind) => serviceName(ref, kind));
  return names.reduce((longest, name) => (name.length > longest.length ? name : longest));
}
