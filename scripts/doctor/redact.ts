import type { Finding } from "./report";

/** Shorter secrets are words such as `admin`, which the doctor never shows on its own account. */
const SHORTEST = 6;

/**
 * The findings without any of the secrets. No check shows one; this is for what servers and commands
 * repeat in their messages.
 *
 * @param publicText the parts of the configuration that are not secret: a word that is also a name in
 *   there, such as `determined`, would only become conspicuous
 */
export function withoutSecrets(
  findings: readonly Finding[],
  secrets: readonly string[],
  publicText = "",
): Finding[] {
  const hidden = spellings(secrets).filter((text) => !publicText.includes(text));
  const longestFirst = hidden.sort((one, other) => other.length - one.length);
  const clean = (text: string) =>
    longestFirst.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
  return findings.map((finding) => ({
    ...finding,
    subject: finding.subject && clean(finding.subject),
    found: clean(finding.found),
    action: finding.action && clean(finding.action),
  }));
}

/** The secrets as they are, and as JSON, URLs and base64 spell them. */
function spellings(secrets: readonly string[]): string[] {
  const all = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64"),
  ]);
  return [...new Set(all)].filter((text) => text.length >= SHORTEST);
}
