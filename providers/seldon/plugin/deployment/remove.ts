import { setTimeout as sleep } from "node:timers/promises";
import { doubling } from "../../../kit/backoff";
import type { CustomResources, KubernetesObject } from "../kubernetes/custom-resources";
import type { SeldonCluster } from "./cluster";
import type { Inputs } from "./inputs";

/** The default time limit of a delete without `customTimeouts`. */
const DEFAULT_TIMEOUT_SECONDS = 300;

/** The longest pause between two checks. */
const MAX_PAUSE_MS = 2_000;

/** An object to delete, with its title and how to delete it. */
interface DeletionTarget {
  readonly title: string;
  readonly object: KubernetesObject;
  delete(): Promise<void>;
}

export interface RemoveOptions {
  readonly timeoutSeconds: number | undefined;
  /** Ends the wait at once. */
  readonly signal: AbortSignal;
  /** Called with the deleted objects, once for each step that deleted any. */
  onRemoved(titles: readonly string[]): Promise<void>;
}

/**
 * Removes a deployment: first its detectors, which could not be found without the deployment, then
 * the deployment itself. Objects that no longer exist are skipped.
 *
 * @throws Error that names what still exists at the timeout, with its finalizers.
 */
export async function removeDeployment(
  cluster: SeldonCluster,
  inputs: Inputs,
  options: RemoveOptions,
): Promise<void> {
  const { signal, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = options;
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (const find of [detectorsOf, deploymentOf]) {
    await removeAll(() => find(cluster, inputs), { ...options, deadline, timeoutSeconds, signal });
  }
}

async function detectorsOf(cluster: SeldonCluster, inputs: Inputs): Promise<DeletionTarget[]> {
  const { triggers, detectors } = await cluster.findBelongings(inputs);
  return [
    // the triggers first: a service without triggers gets no events to fail on
    ...triggers.map((trigger) => deletionTarget("Knative trigger", trigger, cluster.triggers)),
    ...detectors.map(({ kind, service }) =>
      deletionTarget(`${kind} detector`, service, cluster.services),
    ),
  ];
}

async function deploymentOf(cluster: SeldonCluster, inputs: Inputs): Promise<DeletionTarget[]> {
  const deployment = await cluster.findDeployment(inputs);
  if (deployment === undefined) return [];
  return [deletionTarget("SeldonDeployment", deployment, cluster.deployments)];
}

function deletionTarget<T extends KubernetesObject>(
  title: string,
  object: T,
  resources: CustomResources<T>,
): DeletionTarget {
  const { namespace, name } = object.metadata;
  return {
    title: `${title} ${namespace}/${name}`,
    object,
    delete: () => resources.delete(object),
  };
}

/**
 * Deletes objects until it finds no more: a job that was still running may have created some again
 * in the meantime.
 */
async function removeAll(
  find: () => Promise<DeletionTarget[]>,
  options: RemoveOptions & { readonly deadline: number; readonly timeoutSeconds: number },
): Promise<void> {
  const seen = new Set<string>();
  let left = await find();
  for (let look = 0; left.length > 0; look++) {
    for (const it of left) {
      seen.add(it.title);
      if (it.object.metadata.deletionTimestamp === undefined) await it.delete();
    }
    await pause(look, options);
    left = await find();
    if (left.length > 0 && (options.signal.aborted || Date.now() >= options.deadline)) break;
  }
  const titles = left.map(({ title }) => title);
  const gone = [...seen].filter((title) => !titles.includes(title));
  if (gone.length > 0) await options.onRemoved(gone);
  if (left.length > 0) throw stillThere(left, options);
}

/** Waits a little longer before each check, but not past the deadline. */
async function pause(
  look: number,
  { deadline, signal }: { readonly deadline: number; readonly signal: AbortSignal },
): Promise<void> {
  const longest = doubling(50, look, MAX_PAUSE_MS);
  const left = Math.max(0, deadline - Date.now());
  // an abort ends the pause; the caller checks the signal
  await sleep(Math.min(longest, left), undefined, { signal }).catch(() => undefined);
}

function stillThere(
  left: readonly DeletionTarget[],
  { signal, timeoutSeconds }: { readonly signal: AbortSignal; readonly timeoutSeconds: number },
): Error {
  const when = signal.aborted ? "the delete was cancelled:" : `after ${timeoutSeconds} s`;
  const held = left.some(({ object }) => (object.metadata.finalizers ?? []).length > 0);
  return new Error(
    `${when} these objects still exist: ${left.map(describe).join(", ")}. ` +
      (held
        ? "The controller that removes the finalizers may not be running: check it first. "
        : "") +
      "The next destroy will continue; to allow more time, set customTimeouts",
  );
}

function describe({ title, object }: DeletionTarget): string {
  const { finalizers = [] } = object.metadata;
  return finalizers.length === 0 ? title : `${title} (held by ${finalizers.join(", ")})`;
}
