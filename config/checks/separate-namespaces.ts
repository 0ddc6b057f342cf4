/** Why a namespace must differ from that of another key. */
const REASONS = {
  "pachyderm.namespace": ", and would be deleted with the stack",
  // both get a Secret with the same name, and Seldon's documentation separates them
  "seldon.namespace": ": deployments and detectors need separate namespaces",
  "seldon.detectorNamespace": ": deployments and detectors need separate namespaces",
};

/** The problem with a namespace that is also that of another key, as text that continues a sentence, or undefined. */
export function sameNamespaceProblem(
  name: string,
  others: { readonly [K in keyof typeof REASONS]?: string },
): string | undefined {
  const key = (Object.keys(REASONS) as (keyof typeof REASONS)[]).find(
    (other) => others[other] === name,
  );
  return key === undefined ? undefined : `is also the value of ${key}${REASONS[key]}`;
}
