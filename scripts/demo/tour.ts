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

/** The lifecycle of a stack: it is created, previewed again, changed, refreshed and destroyed. */
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
  /** Prints all objects in the systems, then only the changes. */
  const show = async () => {
    const now = await takeInventory(sandbox);
    const text = earlier === undefined ? describeInventory(now) : describeChanges(earlier, now);
    process.stdout.write(`\n${text}`);
    earlier = now;
  };
  const stack = ["--stack", sandbox.name];
  const quiet = ["--suppress-outputs", ...stack];

  heading("Preview: show what would be created");
  await pulumi("preview", ...quiet);
  heading("Up: create it");
  await pulumi("up", "--yes", "--skip-preview", ...quiet);
  await show();
  heading("Upload the detectors' artefacts: made up here, trained in production");
  for (const object of await uploadDetectors(sandbox)) process.stdout.write(`  ${object}\n`);
  heading("Acknowledge the one remaining warning: a sandbox does not run detectors");
  const warning = stackKey("acknowledge.detectors-without-credentials");
  for (const name of Object.keys(registeredUseCases()))
    await pulumi("config", "set", "--path", `${warning}.${name}`, "true", ...stack);
  heading("Preview again: nothing to do");
  await pulumi("preview", "--expect-no-changes", ...quiet);
  heading("Change the training image: the preview shows one field of one pipeline");
  const key = stackKey("useCases.image-classification.training.image");
  await pulumi("config", "set", "--path", key, NEW_IMAGE, ...stack);
  await pulumi("preview", "--diff", ...quiet);
  await pulumi("up", "--yes", "--skip-preview", ...quiet);
  await show();
  heading("Refresh: the systems match the state of the stack");
  await pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes", ...quiet);
  heading("Deploy the models as deploy.py would: the stack shows them");
  await deployModels(sandbox);
  await pulumi("up", "--refresh", "--yes", "--skip-preview", ...stack); // its outputs show them
  await show();
  if (keep) return;
  heading("Destroy: leave nothing behind");
  await pulumi("destroy", "--yes", "--skip-preview", ...quiet);
  const left = await takeInventory(sandbox);
  process.stdout.write(`\n${describeInventory(left)}`);
  if (!isEmpty(left)) {
    throw new Error("some objects are left behind, see above");
  }
}

/** No jobs run in the sandbox, so the demo does the work of the deployment pipelines' jobs. */
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
