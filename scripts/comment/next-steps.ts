import { block, code, codeName, cut } from "../markdown/escape";
import { hasChanges, type Plan } from "../plan/plan";
import { DAYS, prefixOf } from "../preview-env/environment-config";

/** What a reader of the comment can do next; a line each. */
export function nextSteps(
  stack: string,
  fingerprint: string | undefined,
  pullRequest: number | undefined,
): string[] {
  const name = codeName(stack);
  const local = `**The same locally:** ${code(`npm run plan -- --stack ${stack}`)}`;
  if (fingerprint === undefined) return [local];
  return [
    `**Next:** approve, merge, then approve the deployment of ${name}. Only fingerprint ${code(fingerprint)} is applied.`,
    `**Try it:** the label ${code("preview-env")} creates an environment${prefix(pullRequest)}, which is destroyed when the pull request is closed, and expires ${DAYS} days after its last update.`,
    local,
  ];
}

const SHOWN_LINES = 20;

/**
 * What somebody who approves deployments can do with the plan of a merged commit: nothing but approve
 * it, unless it is refused for these reasons.
 */
export function deploymentSteps(stack: string, plan: Plan, refusal: readonly string[]): string {
  const [name, print] = [codeName(stack), code(plan.fingerprint)];
  if (refusal.length === 0 && !hasChanges(plan)) {
    return `**Next:** nothing. ${name} already matches this commit: nothing is deployed, and nobody has to approve.`;
  }
  if (refusal.length === 0) {
    return `**Next:** approve the deployment of ${name}. Only fingerprint ${print} is applied.`;
  }
  const more = refusal.length > SHOWN_LINES ? ["…"] : [];
  const lines = [...refusal.slice(0, SHOWN_LINES).map((line) => cut(line, 300)), ...more];
  return `**Not deployed:**\n\n${block(lines)}\n\n**Next:** read this plan. If it is right, run the workflow ${code("up")} by hand with stack ${name} and fingerprint ${print}.`;
}

function prefix(pullRequest: number | undefined): string {
  if (pullRequest === undefined) return " for this pull request";
  return ` with the prefix ${code(prefixOf(pullRequest))}`;
}
