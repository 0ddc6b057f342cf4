import { type GetBucketResult, getBucket } from "@pulumi/gcp/storage/getBucket";
import * as pulumi from "@pulumi/pulumi";
import { resourceKey } from "../../components/common/adopted";
import { otherLocation } from "../../components/detector-bucket/bucket-advice";
import { isForbidden, isGone } from "../../components/detector-bucket/storage-errors";
import { oneLine } from "../../providers/kit/one-line";
import { findResource } from "../../providers/pachyderm";
import { findObject, type ObjectReference } from "../../providers/seldon";
import type { Providers } from "../providers";
import type { Candidate } from "./candidates";

type Asked = Pick<Providers, "pachyderm" | "seldon">;

/** The ids of the candidates that exist, by `resourceKey`. */
export async function findExisting(
  candidates: readonly Candidate[],
  providers: Asked,
): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    candidates.map(async (candidate) => [candidate, await find(candidate, providers)] as const),
  );
  return new Map(
    found.flatMap(([candidate, id]) => (id === undefined ? [] : [[resourceKey(candidate), id]])),
  );
}

/** The id for the resource option `import`; undefined if the object does not exist. */
async function find(candidate: Candidate, { pachyderm, seldon }: Asked) {
  try {
    switch (candidate.system) {
      case "pachyderm":
        return await findOnPachyderm(candidate, pachyderm);
      case "kubernetes":
        return await findOnKubernetes(candidate.object, seldon);
      case "gcs":
        return await findBucket(candidate);
    }
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) throw error;
    throw new pulumi.RunError(
      `adopt: cannot determine whether the object of ${candidate.type} "${candidate.name}" already exists: ${oneLine((error as Error).message)}`,
    );
  }
}

async function findOnPachyderm(
  { type, inputs }: Candidate & { readonly system: "pachyderm" },
  provider: pulumi.ProviderResource,
): Promise<string | undefined> {
  return (await findResource({ type, inputs }, { provider })).id;
}

/** The annotation in which `kubectl apply` keeps a copy of its input. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

async function findOnKubernetes(
  object: ObjectReference,
  provider: pulumi.ProviderResource,
): Promise<string | undefined> {
  const { kind, namespace, name } = object;
  const { exists, annotations = [], problem } = await findObject(object, { provider });
  if (exists === undefined) throw new Error(problem ?? "the cluster is not known yet");
  if (!exists) return undefined;
  if (kind === "Secret" && annotations.includes(LAST_APPLIED)) throw keepsCopy(object);
  return kind === "Namespace" ? name : `${namespace}/${name}`;
}

function keepsCopy({ namespace, name }: ObjectReference): pulumi.RunError {
  return new pulumi.RunError(
    `adopt: Secret ${namespace}/${name} was created with \`kubectl apply\`, which keeps a copy of ` +
      "the values in an annotation. The state would contain that copy unencrypted, so remove the " +
      `annotation first: \`kubectl annotate secret ${name} --namespace ${namespace} ` +
      `${LAST_APPLIED}-\``,
  );
}

async function findBucket({
  bucket: name,
  location,
}: Candidate & { readonly system: "gcs" }): Promise<string | undefined> {
  let found: GetBucketResult;
  try {
    found = await getBucket({ name });
  } catch (error) {
    // the component reports a bucket that denies access, because it belongs to someone else
    if (isGone(error) || isForbidden(error)) return undefined;
    throw error;
  }
  if (found.location !== location?.toUpperCase()) {
    throw new pulumi.RunError(
      `adopt: bucket ${name} ${otherLocation(found.location, location)}: ` +
        `\`pulumi config set --path detectorBucket.location ${found.location}\``,
    );
  }
  return name;
}
