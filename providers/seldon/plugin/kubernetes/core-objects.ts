import type { CallOptions, KubernetesClient } from "./client";
import { isNotFound, StatusError } from "./errors";

/** The kinds of the core API that can be found, with their plural names in the API. */
const PLURALS = {
  Namespace: "namespaces",
  Secret: "secrets",
  ServiceAccount: "serviceaccounts",
} as const;

export type CoreKind = keyof typeof PLURALS;
export const CORE_KINDS = Object.keys(PLURALS) as CoreKind[];

/** A reference to an object of the core API. */
export interface CoreReference {
  readonly kind: CoreKind;
  readonly name: string;
  /** Empty for a Namespace. */
  readonly namespace: string;
}

export interface Metadata {
  readonly name: string;
  readonly uid: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Formats the object for messages, such as `Secret default/pipeline-secret`. */
export function formatReference({ kind, name, namespace }: CoreReference): string {
  return namespace === "" ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/**
 * The metadata of an object; undefined if it does not exist. Of a Secret, only the metadata is
 * requested.
 *
 * @throws Error that names the missing permission.
 */
export async function findMetadata(
  client: KubernetesClient,
  { kind, name, namespace }: CoreReference,
  options: CallOptions = {},
): Promise<Metadata | undefined> {
  const plural = PLURALS[kind];
  const scope = kind === "Namespace" ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const path = `/api/v1${scope}/${plural}/${encodeURIComponent(name)}`;
  try {
    const found = await client.get<{ metadata: Metadata }>(path, {
      ...options,
      metadataOnly: true,
    });
    return found.metadata;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    if (!(error instanceof StatusError) || error.code !== 403) throw error;
    throw new ForbiddenError(
      `the kubeconfig's user may not get ${plural} ${namespace === "" ? name : `in the namespace ${namespace}`}: grant that permission, see docs/seldon-provider.md (the server says: ${error.message})`,
    );
  }
}

/** The kubeconfig's user does not have a permission. */
export class ForbiddenError extends Error {}
