import { block, code, codeName, cut } from "../markdown/escape";
import { hasChanges, type Plan } from "../plan/plan";
import { DAYS, prefixOf } from "../preview-env/environment-config";

/** What a reader of the comment can do next, one line each. */
export function nextSteps(
  stack: string,
  fingerprint: string | undefined,
  pullRequest: number | undefined,
): string[] {
  const name = codeName(stack);
  const local = `**Run it locally:** ${code(`npm run plan -- --stack ${stack}`)}`;
  if (fingerprint === undefined) return [local];
  return [
    `**Next:** approve, merge, then approve the deployment of ${name}. Only the plan with fingerprint ${code(fingerprint)} is applied.`,
    `**Try it:** add the label ${code("preview-env")} to create an environment${prefix(pullRequest)}. It is destroyed when the pull request is closed, and expires ${DAYS} days after its last update.`,
    local,
  ];
}

const SHOWN_LINES = 20;

/**
 * What an approver can do with the plan of a merged commit: approve it, unless it is refused for
 * these reasons.
 */
export function deploymentSteps(stack: string, plan: Plan, refusal: readonly string[]): string {
  const [name, print] = [codeName(stack), code(plan.fingerprint)];
  if (refusal.length === 0 && !hasChanges(plan)) {
    return `**Next:** nothing to do. ${name} already matches this commit: nothing is deployed, and no approval is needed.`;
  }
  if (refusal.length === 0) {
    return `**Next:** approve the deployment of ${name}. Only the plan with fingerprint ${print} is applied.`;
  }
  const more = refusal.length > SHOWN_LINES ? ["…"] : [];
  const lines = [...refusal.slice(0, SHOWN_LINES).map((line) => cut(line, 300)), ...more];
  return `**Not deployed:**\n\n${block(lines)}\n\n**Next:** review this plan. If it is correct, run the workflow ${code("up")} by hand with stack ${name} and fingerprint ${print}.`;
}

function prefix(pullRequest: number | undefined): string {
  if (pullRequest === undefined) return " for this pull request";
  return ` with the prefix ${code(prefixOf(pullRequest))}`;
}
