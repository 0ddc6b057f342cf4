import { run } from "../../command-line/processes/run";
import { registeredUseCases } from "../../config/registry";
import { stackKey } from "../../config/stack-file";
import { KubernetesApi } from "../../sandbox/cluster/api";
import { type Inventory, isEmpty, takeInventory } from "../../sandbox/inventory";
import type { Sandbox } from "../../sandbox/sandbox";
import { deployModel } from "../../sandbox/stand-ins/seldon/deploy";
import { uploadArtefacts } from "./artefacts";
import { describeChanges, describeInventory } from "./describe";
import { LineFilter } from "./output";

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
    const shown = new LineFilter((text) => process.stdout.write(text));
    await run("pulumi", [...args, "--non-interactive", "--color", color], {
      env: sandbox.env,
      signal,
      onOutput: (text) => shown.push(text),
    }).finally(() => shown.end());
  };
  let earlier: Inventory | undefined;
  /** All that the systems hold, then only what changed. */
  const show = async () => {
    const now = await takeInventory(sandbox);
    const text = earlier === undefined ? describeInventory(now) : describeChanges(earlier, now);
    process.stdout.write(`\n${text}`);
    earlier = now;
  };
  const stack = ["--stack", sandbox.name];
  const quiet = ["--suppress-outputs", ...stack];

  heading("Preview: what would be created");
  await pulumi("preview", ...quiet);
  heading("Up: create it");
  await pulumi("up", "--yes", "--skip-preview", ...quiet);
  await show();
  heading("Upload the detectors' artefacts: made up here, trained in production");
  for (const object of await uploadDetectors(sandbox)) process.stdout.write(`  ${object}\n`);
  heading("Acknowledge the one warning left: a sandbox runs no detectors");
  const warning = stackKey("acknowledge.detectors-without-credentials");
  for (const name of Object.keys(registeredUseCases()))
    await pulumi("config", "set", "--path", `${warning}.${name}`, "true", ...stack);
  heading("Preview again: nothing to do");
  await pulumi("preview", "--expect-no-changes", ...quiet);
  heading("Another training image: the preview shows that one field of that one pipeline");
  const key = stackKey("useCases.image-classification.training.image");
  await pulumi("config", "set", "--path", key, NEW_IMAGE, ...stack);
  await pulumi("preview", "--diff", ...quiet);
  await pulumi("up", "--yes", "--skip-preview", ...quiet);
  await show();
  heading("Refresh: everything is as the stack describes it");
  await pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes", ...quiet);
  heading("Models are trained and deployed, as deploy.py would: the stack sees them");
  await deployModels(sandbox);
  await pulumi("up", "--refresh", "--yes", "--skip-preview", ...stack); // its outputs tell of them
  await show();
  if (keep) return;
  heading("Destroy: leave nothing behind");
  await pulumi("destroy", "--yes", "--skip-preview", ...quiet);
  const left = await takeInventory(sandbox);
  process.stdout.write(`\n${describeInventory(left)}`);
  if (!isEmpty(left)) {
    throw new Error("something is left behind, see above");
  }
}

/** No job runs in the sandbox, so the demo does what those of the deployment pipelines would. */
async function deployModels({ kubeconfig }: Sandbox): Promise<void> {
  const api = KubernetesApi.fromKubeconfig(kubeconfig);
  for (const { deployment } of Object.values(registeredUseCases())) {
    if (deployment) await deployModel(api, { name: deployment.deployName, namespace: "seldon" });
  }
}

async function uploadDetectors(sandbox: Sandbox): Promise<string[]> {
  const { buckets } = await takeInventory(sandbox);
  const uploads = buckets.map(async ({ name }) => {
    const objects = await uploadArtefacts(sandbox.addresses.gcs, name);
    return objects.map((object) => `gs://${name}/${object}`);
  });
  return (await Promise.all(uploads)).flat();
}

let step = 0;

function heading(text: string): void {
  step++;
  process.stdout.write(`\n━━ ${step}. ${text} ━━\n`);
}
