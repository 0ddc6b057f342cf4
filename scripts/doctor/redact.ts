import type { Finding } from "./report";

/** Shorter secrets are words such as `admin`; the doctor itself never shows a secret. */
const SHORTEST = 6;

/**
 * Removes all secrets from the findings. No check shows a secret; this is for messages of servers
 * and commands that repeat one.
 *
 * @param publicText the parts of the configuration that are not secret: a word that is also a name
 * in there, such as `determined`, would only become conspicuous
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

/** The secrets in plain text, and as they are written in JSON, URLs and base64. */
function spellings(secrets: readonly string[]): string[] {
  const all = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64"),
  ]);
  return [...new Set(all)].filter((text) => text.length >= SHORTEST);
}
