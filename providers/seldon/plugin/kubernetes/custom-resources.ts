import type { KubernetesClient } from "./client";
import { isNotFound, StatusError } from "./errors";

/** A kind of custom resource, without a version: the server says which it has. */
export interface ResourceKind {
  /** The API group, such as `serving.knative.dev`. */
  readonly group: string;
  /** The resource's name in the API, such as `services`. */
  readonly plural: string;
}

/** What every object has. */
export interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
  };
}

/** https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api */
export interface ApiGroup {
  readonly name: string;
  readonly preferredVersion: { readonly groupVersion: string };
}

interface ResourceList {
  readonly resources: readonly { readonly name: string }[];
}

interface ObjectList<T> {
  readonly items: readonly T[];
}

/** The API groups that a server has, with the version of each that it prefers. */
export async function listGroups(client: KubernetesClient): Promise<readonly ApiGroup[]> {
  return (await client.get<{ readonly groups: readonly ApiGroup[] }>("/apis")).groups;
}

/**
 * A kind of custom resource on a cluster, as far as it has a definition there: without one there are
 * no objects of it, and a delete has nothing to do.
 */
export class CustomResources<T extends KubernetesObject> {
  readonly #client: KubernetesClient;
  readonly #kind: ResourceKind;
  /** Such as `serving.knative.dev/v1`; undefined where the cluster lacks the definition. */
  readonly #groupVersion: string | undefined;

  private constructor(
    client: KubernetesClient,
    kind: ResourceKind,

    groupVersion: string | undefined,
  ) {
    this.#client = client;
    this.#kind = kind;
    this.#groupVersion = groupVersion;
  }

  /** Looks whether the server has the kind, in the version of its group that it prefers. */
  static async discover<T extends KubernetesObject>(
    client: KubernetesClient,
    groups: readonly ApiGroup[],
    kind: ResourceKind,
  ): Promise<CustomResources<T>> {
    const group = groups.find(({ name }) => name === kind.group);
    const version = group?.preferredVersion.groupVersion;
    const known = version !== undefined && (await hasResource(client, version, kind.plural));
    return new CustomResources<T>(client, kind, known ? version : undefined);
  }

  /** The object of a name, undefined if there is none. */
  async find(namespace: string, name: string): Promise<T | undefined> {
    if (this.#groupVersion === undefined) return undefined;
    try {
      return await this.#allowed("get", namespace, () =>
        this.#client.get<T>(this.#path(namespace, name)),
      );
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** All objects in a namespace; none if there is no such namespace. */
  async list(namespace: string): Promise<readonly T[]> {
    if (this.#groupVersion === undefined) return [];
    const path = this.#path(namespace);
    const list = await this.#allowed("list", namespace, () =>
      this.#client.get<ObjectList<T>>(path),
    );
    return list.items;
  }

  /**
   * Asks for an object's deletion; one that is gone already is fine. An object of its name that was
   * made since it was read stays.
   */
  async delete({ metadata }: T): Promise<void> {
    const { name, namespace = "", uid } = metadata;
    const options = { propagationPolicy: "Background", ...(uid && { preconditions: { uid } }) };
    try {
      await this.#allowed("delete", namespace, () =>
        this.#client.delete(this.#path(namespace, name), options),
      );
    } catch (error) {
      // another one of its name by now: whoever waits for this one sees that it is gone
      const replaced = error instanceof StatusError && error.reason === "Conflict";
      if (!isNotFound(error) && !replaced) throw error;
    }
  }

  #path(namespace: string, name?: string): string {
    const collection = `/apis/${this.#groupVersion}/namespaces/${namespace}/${this.#kind.plural}`;
    return name === undefined ? collection : `${collection}/${name}`;
  }

  /** Says which right is missing, where one is. */
  async #allowed<R>(verb: string, namespace: string, action: () => Promise<R>): Promise<R> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 403) throw error;
      throw new Error(
        `the kubeconfig's user may not ${verb} ${this.#kind.plural}.${this.#kind.group} in the ` +
          `namespace ${namespace}: give it that right by a Role, see docs/seldon-provider.md ` +
          `(the server says: ${error.message})`,
      );
    }
  }
}

/** A group can be there without the resource. */
async function hasResource(
  client: KubernetesClient,
  groupVersion: string,
  plural: string,
): Promise<boolean> {
  try {
    const { resources } = await client.get<ResourceList>(`/apis/${groupVersion}`);
    return resources.some(({ name }) => name === plural);
  } catch (error) {
    // taken away since the groups were listed
    if (error instanceof StatusError && error.code === 404) return false;
    throw error;
  }
}
