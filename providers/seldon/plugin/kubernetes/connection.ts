import type { Log } from "../../../kit/engine-log";
import type { ValueMap } from "../../../kit/values";
import type { CallOptions, KubernetesClient } from "./client";
import { ForbiddenError, findMetadata } from "./core-objects";
import { ConnectionError, describe, isOutOfReach } from "./errors";

/** The time limit for optional requests, so that a preview without a cluster is short. */
const LOOK = { timeoutMs: 4_000, patienceMs: 1_000 };

/** Sets the cluster that a stack moves to, by the UID of its namespace kube-system. */
const ACCEPT_VARIABLE = "SELDON_ACCEPT_CLUSTER";

/** Lets deletes succeed without a cluster, as in Pulumi's kubernetes provider. */
const DELETE_UNREACHABLE_VARIABLE = "PULUMI_K8S_DELETE_UNREACHABLE";

/** The cluster's identity, or why it is not known. */
export type Identity =
  | { readonly uid: string; readonly problem?: undefined }
  /** `uid` is empty: the cluster responds, but its user may not read it. */
  | { readonly uid: ""; readonly problem: string };

/** A cluster that a provider is configured for. */
export class Connection {
  #identity: Promise<Identity> | undefined;
  #reached = true;

  readonly #log: Log;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(
    readonly client: KubernetesClient,
    log: Log,
    environment: NodeJS.ProcessEnv = process.env,
  ) {
    this.#log = log;
    this.#environment = environment;
  }

  /**
   * The cluster's identity: the UID of the namespace kube-system, which lives as long as the cluster
   * does, whatever its address is and whatever kubeconfigs call it.
   *
   * @throws ConnectionError or AccessError if the cluster cannot be queried.
   */
  identity(options: CallOptions = {}): Promise<Identity> {
    this.#identity ??= this.#lookForIdentity(options).catch((error) => {
      this.#identity = undefined; // so that the next call retries
      throw error;
    });
    return this.#identity;
  }

  async #lookForIdentity(options: CallOptions): Promise<Identity> {
    const reference = { kind: "Namespace", name: "kube-system", namespace: "" } as const;
    try {
      const found = await findMetadata(this.client, reference, options);
      if (found !== undefined) return { uid: found.uid };
      return { uid: "", problem: "the namespace kube-system does not exist" };
    } catch (error) {
      if (error instanceof ForbiddenError) return { uid: "", problem: error.message };
      throw error;
    }
  }

  /**
   * Refuses to touch an object that was created on another cluster: an object with that name on
   * this cluster is not ours, and reporting ours as gone would be wrong. Returns the identity to
   * store.
   *
   * @param what such as `deployment seldon/cats`
   */
  async requireSameCluster(state: ValueMap, what: string): Promise<Identity> {
    const recorded = recordedIdentity(state);
    const found = await this.identity();
    if (!recorded || found.uid === recorded) return found;
    if (found.problem !== undefined) {
      throw new Error(
        `${what} was created on the Kubernetes cluster ${recorded}, and it is unknown ` +
          `whether this is the same cluster: ${found.problem}`,
      );
    }
    if (this.#environment[ACCEPT_VARIABLE] === found.uid) return found;
    throw new Error(
      `${what} belongs to a different Kubernetes cluster (its namespace kube-system has the UID ` +
        `${recorded}; at ${await this.client.address()}, it has the UID ${found.uid}), so ` +
        "nothing is changed. Select the right cluster with the provider's kubeconfig and " +
        "context, or the environment variable KUBECONFIG. If the old cluster is permanently " +
        `gone and the stack moves to this one, run: ${ACCEPT_VARIABLE}=${found.uid} pulumi up ` +
        "--refresh",
    );
  }

  /**
   * Makes a request that a preview or a diff can do without. A cluster that cannot be queried causes
   * one warning and is not queried again; the result is then undefined.
   */
  async look<T>(urn: string | undefined, action: () => Promise<T>): Promise<T | undefined> {
    if (!this.#reached) return undefined;
    try {
      await this.identity(LOOK); // responds quickly or not at all, and only once
      return await action();
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
      await this.#warnOutOfReach(describe(error), urn);
      return undefined;
    }
  }

  /**
   * Runs a delete. If connecting fails and the environment allows it, the resource is removed from
   * the state without contacting the cluster. An invalid kubeconfig or failed login does not count
   * as that.
   */
  async unlessGone(urn: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
      const isGone = error instanceof ConnectionError;
      if (isGone && this.#environment[DELETE_UNREACHABLE_VARIABLE] === "true") {
        await this.#log.log(
          "warning",
          `removed from the state without contacting the cluster: ${error.message}`,
          urn,
        );
        return;
      }
      throw new Error(
        `${error.message}. Correct the provider's kubeconfig and context, or log in again, ` +
          "and retry" +
          (isGone
            ? `. If that cluster is permanently gone, run: ${DELETE_UNREACHABLE_VARIABLE}=true ` +
              "pulumi destroy"
            : ""),
      );
    }
  }

  async #warnOutOfReach(reason: string, urn: string | undefined): Promise<void> {
    if (!this.#reached) return;
    this.#reached = false;
    await this.#log.log(
      "warning",
      `${reason}. Nothing on the cluster is checked, and changes to it will fail`,
      urn,
    );
  }
}

/**
 * The cluster's UID in a state; empty if it could not be read, undefined in a state of an older
 * version.
 */
export function recordedIdentity({ clusterId }: ValueMap): string | undefined {
  return typeof clusterId === "string" ? clusterId : undefined;
}
