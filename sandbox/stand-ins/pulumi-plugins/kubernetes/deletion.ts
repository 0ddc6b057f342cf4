import { setTimeout as sleep } from "node:timers/promises";
import { isNotFound, type KubernetesApi } from "../../../cluster/api";
import { metadataOf } from "./objects";

/** The default time limit of a deletion (`customTimeouts.delete`). */
const DEFAULT_TIMEOUT_SECONDS = 300;

const POLL_MS = 250;

export interface Deletion {
  /** The deleted object, for messages: `v1/Namespace "seldon"`. */
  readonly what: string;
  readonly path: string;
  readonly timeoutSeconds: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Deletes an object and waits until it is gone: finalizers may still have work to do, such as
 * deleting the contents of a namespace. Succeeds if the object no longer exists.
 */
export async function deleteObject(api: KubernetesApi, deletion: Deletion): Promise<void> {
  const { path, what, signal } = deletion;
  const timeoutMs = (deletion.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
  try {
    const uid = await readUid(api, path);
    await api.delete(path, {
      apiVersion: "v1",
      kind: "DeleteOptions",
      propagationPolicy: "Foreground",
      preconditions: { uid },
    });
    const deadline = Date.now() + timeoutMs;
    // another object of the same name means that this one is gone
    while ((await readUid(api, path)) === uid) {
      if (signal.aborted) throw new Error(`Resource operation was cancelled for ${what}`);
      if (Date.now() >= deadline) throw new Error(`Timed out waiting for deletion of ${what}`);
      await sleep(POLL_MS, undefined, { signal }).catch(() => {}); // the abort is handled above
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function readUid(api: KubernetesApi, path: string): Promise<unknown> {
  return metadataOf(await api.get(path)).uid;
}
