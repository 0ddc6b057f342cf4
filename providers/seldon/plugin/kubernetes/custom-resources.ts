import type { KubernetesClient } from "./client";
import { isNotFound, StatusError } from "./errors";

/** A kind of custom resource, without a version, which the server determines. */
export interface ResourceKind {
  /** The API group, such as `serving.knative.dev`. */
  readonly group: string;
  /** The resource's name in the API, such as `services`. */
  readonly plural: string;
}

/** The fields that every object has. */
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

/** The API groups of a server, with the preferred version of each. */
export async function listGroups(client: KubernetesClient): Promise<readonly ApiGroup[]> {
  return (await client.get<{ readonly groups: readonly ApiGroup[] }>("/apis")).groups;
}

/**
 * A kind of custom resource on a cluster that may lack its definition: there are then no objects of
 * the kind, and nothing to delete.
 */
export class CustomResources<T extends KubernetesObject> {
  readonly #client: KubernetesClient;
  readonly #kind: ResourceKind;
  /** Such as `serving.knative.dev/v1`; undefined if the cluster does not have the definition. */
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

  /** Checks whether the server has the kind, in the preferred version of its group. */
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

  /** Whether the cluster has the definition. */
  get isDefined(): boolean {
    return this.#groupVersion !== undefined;
  }

  /** The object with a name; undefined if it does not exist. */
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

  /** All objects in a namespace; empty if the namespace does not exist. */
  async list(namespace: string): Promise<readonly T[]> {
    if (this.#groupVersion === undefined) return [];
    const path = this.#path(namespace);
    const list = await this.#allowed("list", namespace, () =>
      this.#client.get<ObjectList<T>>(path),
    );
    return list.items;
  }

  /**
   * Requests an object's deletion; succeeds if it no longer exists. An object with the same name
   * that was created after the object was read is not deleted.
   */
  async delete({ metadata }: T): Promise<void> {
    const { name, namespace = "", uid } = metadata;
    const options = { propagationPolicy: "Background", ...(uid && { preconditions: { uid } }) };
    try {
      await this.#allowed("delete", namespace, () =>
        this.#client.delete(this.#path(namespace, name), options),
      );
    } catch (error) {
      // the name now belongs to another object, so the caller sees that this one is gone
      const replaced = error instanceof StatusError && error.reason === "Conflict";
      if (!isNotFound(error) && !replaced) throw error;
    }
  }

  #path(namespace: string, name?: string): string {
    const collection = `/apis/${this.#groupVersion}/namespaces/${namespace}/${this.#kind.plural}`;
    return name === undefined ? collection : `${collection}/${name}`;
  }

  /** Names the missing permission, if one is missing. */
  async #allowed<R>(verb: string, namespace: string, action: () => Promise<R>): Promise<R> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 403) throw error;
      throw new Error(
        `the kubeconfig's user may not ${verb} ${this.#kind.plural}.${this.#kind.group} in ` +
          `the namespace ${namespace}: grant that permission with a Role, see ` +
          `docs/seldon-provider.md (the server says: ${error.message})`,
      );
    }
  }
}

/** A group can exist without the resource. */
async function hasResource(
  client: KubernetesClient,
  groupVersion: string,
  plural: string,
): Promise<boolean> {
  try {
    const { resources } = await client.get<ResourceList>(`/apis/${groupVersion}`);
    return resources.some(({ name }) => name === plural);
  } catch (error) {
    // removed since the groups were listed
    if (error instanceof StatusError && error.code === 404) return false;
    throw error;
  }
}
