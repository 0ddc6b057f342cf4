import * as pulumi from "@pulumi/pulumi";

/** A Kubernetes object by its place. */
export interface ObjectReference {
  readonly kind: "Namespace" | "Secret" | "ServiceAccount";
  readonly name: string;
  /** Required, but for a Namespace. */
  readonly namespace?: string;
}

/** What a look at the cluster found. */
export interface FoundObject {
  /** Whether the object exists; undefined where the cluster can't be asked. */
  readonly exists?: boolean;
  /** The names of its annotations, if it has any. */
  readonly annotations?: readonly string[];
  /** Why it can't be told. A cluster that is out of reach was also warned of, once. */
  readonly problem?: string;
}

/**
 * Looks whether an object exists, in previews too. It never fails for lack of a cluster or a right.
 * Of a Secret only the metadata is asked for.
 */
export function findObject(
  { kind, name, namespace }: ObjectReference,
  options?: pulumi.InvokeOptions,
): Promise<FoundObject> {
  return pulumi.runtime.invoke("seldon:index:findObject", { kind, name, namespace }, options);
}

/** The cluster that a provider is configured for. */
export interface FoundCluster {
  /** The UID of its namespace kube-system; undefined where it can't be asked for. */
  readonly clusterId?: string;
  /** Why it can't be told. */
  readonly problem?: string;
}

/** Looks which cluster the provider is configured for, in previews too. */
export function getCluster(options?: pulumi.InvokeOptions): Promise<FoundCluster> {
  return pulumi.runtime.invoke("seldon:index:getCluster", {}, options);
}
