import { readFileSync } from "node:fs";
import * as seldon from "../../../../providers/seldon";

/** Whether the deployment is imported: SELDON_IMPORT=yes. */
const adopt = process.env.SELDON_IMPORT === "yes";
/**
 * Passes the kubeconfig's contents rather than its path in the environment: SELDON_CONTENTS=yes.
 */
const contents = process.env.SELDON_CONTENTS === "yes";

const provider = new seldon.Provider("seldon-deployments", {
  kubeconfig: contents ? readFileSync(process.env.KUBECONFIG ?? "", "utf8") : undefined,
});
const cats = new seldon.DeploymentCleanup(
  "cats",
  {
    name: process.env.SELDON_NAME ?? "cats",
    namespace: "e2e-seldon",
    detectorNamespace: "seldon-logs",
  },
  {
    provider,
    customTimeouts: { delete: process.env.SELDON_TIMEOUT ?? "1m" },
    ...(adopt && { import: "e2e-seldon/cats" }),
  },
);

export const { state, ready } = cats;
