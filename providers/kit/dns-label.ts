/** The pattern of an RFC 1123 label, without its anchors. */
export const DNS_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";

const WHOLE = new RegExp(`^${DNS_LABEL}$`);

/**
 * What is wrong with the name of a Kubernetes object that becomes part of a host name, such as a
 * namespace's (an RFC 1123 label), as text that follows the name; undefined if nothing is:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
 */
export function dnsLabelProblem(name: string, maxLength = 63): string | undefined {
  if (name === "") return "must not be empty";
  if (name.length > maxLength)
    return `is ${name.length} characters long, but at most ${maxLength} are allowed`;
  if (WHOLE.test(name)) return undefined;
  return "may contain only lowercase letters, digits and -, and must start and end with a letter or digit";
}
