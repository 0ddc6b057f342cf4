/**
 * Names and values as Kubernetes accepts them:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and `.../labels/`. Each
 * function returns what is wrong with one, or undefined if it is valid.
 */
import { DNS_LABEL, dnsLabelProblem } from "../../../kit/dns-label";

const LABEL = /^([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)?$/;
const DNS_SUBDOMAIN = new RegExp(`^${DNS_LABEL}(\\.${DNS_LABEL})*$`);

/** The key of a label or an annotation: a name, or a domain, a slash and a name. */
export function labelKeyProblem(key: string): string | undefined {
  const slash = key.indexOf("/");
  const name = key.slice(slash + 1);
  const domain = slash < 0 ? undefined : key.slice(0, slash);
  const isName = name !== "" && name.length <= 63 && LABEL.test(name);
  const isDomain = domain === undefined || (domain.length <= 253 && DNS_SUBDOMAIN.test(domain));
  return isName && isDomain ? undefined : "contains a key that Kubernetes does not accept";
}

export function labelValueProblem(value: string): string | undefined {
  if (value.length <= 63 && LABEL.test(value)) return undefined;
  return "is not a valid value of a Kubernetes label (at most 63 letters, digits, -, _ and .)";
}

export function volumeNameProblem(name: string): string | undefined {
  if (dnsLabelProblem(name) === undefined) return undefined;
  return "cannot be mounted: a volume's name may contain only lowercase letters, digits and -";
}

/** Kubernetes 1.34 accepts nearly all names, older versions only these. */
export function variableNameProblem(name: string): string | undefined {
  if (/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name)) return undefined;
  return "has a name that not every version of Kubernetes accepts for an environment variable";
}
