import { DAYS, prefixOf } from "../preview-env/environment-config";
import { code, cut } from "./escape";

/** What a reader of the comment can do next; a line each. */
export function nextSteps(
  stack: string,
  fingerprint: string | undefined,
  pullRequest: number | undefined,
): string[] {
  const name = code(cut(stack, 120));
  const local = `**The same locally:** ${code(`npm run plan -- --stack ${stack}`)}`;
  if (fingerprint === undefined) return [local];
  return [
    `**Next:** approve, merge, then approve the deployment of ${name}. Only fingerprint ${code(fingerprint)} is applied.`,
    `**Try it:** the label ${code("preview-env")} creates an environment${prefix(pullRequest)}, which is destroyed when the pull request is closed, and expires ${DAYS} days after its last update.`,
    local,
  ];
}

function prefix(pullRequest: number | undefined): string {
  if (pullRequest === undefined) return " for this pull request";
  return ` with the prefix ${code(prefixOf(pullRequest))}`;
}
