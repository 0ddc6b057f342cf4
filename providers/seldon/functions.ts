import * as pulumi from "@pulumi/pulumi";

/** A reference to a Kubernetes object. */
export interface ObjectReference {
  readonly kind: "Namespace" | "Secret" | "ServiceAccount";
  readonly name: string;
  /** Required, except for a Namespace. */
  readonly namespace?: string;
}

/** The result of a query to the cluster. */
export interface FoundObject {
  /** Whether the object exists; undefined if the cluster cannot be queried. */
  readonly exists?: boolean;
  /** The names of its annotations, if it has any. */
  readonly annotations?: readonly string[];
  /** Why the result is not known. An unreachable cluster also causes one warning. */
  readonly problem?: string;
}

/**
 * Checks whether an object exists, in previews, too. It never fails because a cluster or a
 * permission is missing. For a Secret, it requests only the metadata.
 */
export function findObject(
  { kind, name, namespace }: ObjectReference,
  options?: pulumi.InvokeOptions,
): Promise<FoundObject> {
  return pulumi.runtime.invoke("seldon:index:findObject", { kind, name, namespace }, options);
}

/** The cluster that a provider is configured for. */
export interface FoundCluster {
  /** The UID of its namespace kube-system; undefined if it cannot be queried. */
  readonly clusterId?: string;
  /** Why the result is not known. */
  readonly problem?: string;
}

/** Identifies the cluster that the provider is configured for, in previews, too. */
export function getCluster(options?: pulumi.InvokeOptions): Promise<FoundCluster> {
  return pulumi.runtime.invoke("seldon:index:getCluster", {}, options);
}
