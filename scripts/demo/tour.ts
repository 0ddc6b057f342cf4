import { isEmpty, takeInventory } from "../../sandbox/inventory";
import { KubernetesApi } from "../../sandbox/kubernetes/api";
import { run } from "../../sandbox/process/run";
import type { Sandbox } from "../../sandbox/sandbox";
import { deployModel } from "../../sandbox/seldon/deploy";
import { useCases } from "../../use-cases";
import { describeInventory } from "./describe";

export interface TourOptions {
  /** Stop before the destroy. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
}

/** The image tag that the demo changes the training pipeline to. */
const NEW_IMAGE = "gcr.io/determined-ai/pachyderm-seldon/train:0.0.20";

/** One stack's life: made, looked at again, changed, compared with reality, destroyed. */
export async function tour(sandbox: Sandbox, { keep, signal }: TourOptions): Promise<void> {
  const pulumi = async (...args: string[]) => {
    process.stdout.write(`\n$ pulumi ${args.join(" ")}\n`);
    const color = process.stdout.isTTY ? "always" : "never";
    await run("pulumi", [...args, "--non-interactive", "--color", color], {
      env: sandbox.env,
      signal,
      onOutput: (text) => process.stdout.write(text),
    });
  };
  const show = async () => {
    process.stdout.write(`\n${describeInventory(await takeInventory(sandbox))}`);
  };
  const stack = ["--stack", sandbox.name];

  heading("Preview: what would be made");
  await pulumi("preview", ...stack);
  heading("Up: make it");
  await pulumi("up", "--yes", "--skip-preview", ...stack);
  await show();
  heading("Preview again: nothing to do");
  await pulumi("preview", "--expect-no-changes", ...stack);
  heading("Another training image: the preview shows that one field of that one pipeline");
  const key = "pachyderm-seldon:useCases.image-classification.training.image";
  await pulumi("config", "set", "--path", key, NEW_IMAGE, ...stack);
  await pulumi("preview", "--diff", ...stack);
  await pulumi("up", "--yes", "--skip-preview", ...stack);
  await show();
  heading("Refresh: what there is, is what the stack says");
  await pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes", ...stack);
  heading("Models are trained and deployed, as deploy.py would: the stack sees them");
  await deployModels(sandbox);
  await pulumi("up", "--refresh", "--yes", "--skip-preview", ...stack);
  await show();
  if (keep) return;
  heading("Destroy: leave nothing behind");
  await pulumi("destroy", "--yes", "--skip-preview", ...stack);
  await show();
  if (!isEmpty(await takeInventory(sandbox))) {
    throw new Error("something is left behind, see above");
  }
}

/** No job runs in the sandbox, so the demo does what those of the deployment pipelines would. */
async function deployModels({ kubeconfig }: Sandbox): Promise<void> {
  const api = KubernetesApi.fromKubeconfig(kubeconfig);
  for (const { deployment } of Object.values(useCases)) {
    await deployModel(api, { name: deployment.deployName, namespace: "seldon" });
  }
}

let step = 0;

function heading(text: string): void {
  step++;
  process.stdout.write(`\n━━ ${step}. ${text} ━━\n`);
}
