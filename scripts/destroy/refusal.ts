import { NAMESPACE } from "../../config/stack-file";
import { listed } from "../../providers/kit/listed";
import { resourcesIn, type State } from "../exported-state";
import { resourceName } from "../preview/preview-json";

const SHOWN = 5;

/** Why a stack is not destroyed, one line each; empty if it can be destroyed. */
export function refuseDestroy(stack: string, confirmation: string, state: State): string[] {
  if (confirmation !== stack) {
    return [`the names do not match, so nothing was destroyed: ${stack} and ${confirmation}`];
  }
  const names = resourcesIn(state)
    .filter(({ protect }) => protect === true)
    .map(({ urn }) => resourceName(urn));
  if (names.length === 0) return [];
  const set = (key: string) =>
    `\`pulumi config set --path ${NAMESPACE}:${key} true --stack ${stack}\``;
  return [
    `stack ${stack} has protected resources, so nothing was destroyed: ${listed(names, SHOWN)}`,
    `  To delete everything, run ${set("disposable")}`,
    `  To keep data repos, models, bucket and namespace, run ${set("data.keep")}`,
    `  Then run \`pulumi up --stack ${stack}\`, or commit the stack file and deploy it, and destroy the stack again.`,
  ];
}
