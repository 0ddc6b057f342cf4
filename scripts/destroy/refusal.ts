import { NAMESPACE } from "../../config/stack-file";
import { listed } from "../../providers/kit/listed";
import { resourcesIn, type State } from "../exported-state";
import { resourceName } from "../preview/preview-json";

const SHOWN = 5;

/** Why a stack is not destroyed, a line each; none if it may be. */
export function refuseDestroy(stack: string, confirmation: string, state: State): string[] {
  if (confirmation !== stack) {
    return [`the two names differ, so nothing is destroyed: ${stack} and ${confirmation}`];
  }
  const names = resourcesIn(state)
    .filter(({ protect }) => protect === true)
    .map(({ urn }) => resourceName(urn));
  if (names.length === 0) return [];
  const set = (key: string) =>
    `\`pulumi config set --path ${NAMESPACE}:${key} true --stack ${stack}\``;
  return [
    `stack ${stack} is protected: ${listed(names, SHOWN)}. Nothing is destroyed.`,
    `  To delete everything, run ${set("disposable")}`,
    `  To keep data repos, models, bucket and namespace, run ${set("data.keep")}`,
    `  Then \`pulumi up --stack ${stack}\`, or commit the stack file and deploy it, and destroy again.`,
  ];
}
