/** What drift and outlier detectors are made from, which somebody has to put into the bucket. */
import { getBucketObjects } from "@pulumi/gcp/storage/getBucketObjects";
import * as pulumi from "@pulumi/pulumi";
import { describeFailure, isGone } from "./storage-errors";

/** The folders of the bucket that deploy.py gives to its detectors. */
export const ARTEFACTS = ["seldon/drift_detector", "seldon/outlier_detector"] as const;

/** The artefacts that none of the objects is part of. A name that ends in / is but a drawn folder. */
export function missingAmong(objects: readonly string[]): string[] {
  const files = objects.filter((name) => !name.endsWith("/"));
  return ARTEFACTS.filter((artefact) => !files.some((name) => name.startsWith(`${artefact}/`)));
}

/** The artefacts that a role does not reach which is narrowed to names that begin so. */
export function hiddenBehind(prefix: string): string[] {
  return ARTEFACTS.filter((artefact) => !`${artefact}/`.startsWith(prefix));
}

/**
 * The shell command that uploads the missing artefacts from folders of their names
 * (`drift_detector`, `outlier_detector`); empty where none is missing.
 */
export function uploadCommand(url: string, missing: readonly string[]): string {
  return missing
    .map((artefact) => {
      const folder = artefact.slice(artefact.lastIndexOf("/") + 1);
      return `gcloud storage cp --recursive ${folder}/* ${url}/${artefact}/`;
    })
    .join(" && ");
}

/**
 * Looks which artefacts the bucket lacks. Where that can't be seen, for lack of rights for one, all
 * count as missing and a warning says why: the rest of the stack does not depend on it.
 */
export async function findMissing(
  owner: string,
  name: string,
  component: pulumi.Resource,
): Promise<string[]> {
  let missing: string[];
  try {
    missing = missingAmong(await objectsOf(name, component));
  } catch (error) {
    warn(
      `${owner}: cannot list what bucket ${name} holds, so all detectors' artefacts count as missing: ` +
        (isGone(error)
          ? "the bucket does not exist any more; run `pulumi refresh`"
          : describeFailure(error, "storage.objects.list")),
      component,
    );
    return [...ARTEFACTS];
  }
  if (missing.length > 0)
    warn(
      `${owner}: bucket ${name} lacks ${missing.join(" and ")}, without which detectors crash: ${uploadCommand(`gs://${name}`, missing)}`,
      component,
    );
  return missing;
}

async function objectsOf(bucket: string, parent: pulumi.Resource): Promise<string[]> {
  const found = await Promise.all(
    // not all of the bucket, which may hold anything
    ARTEFACTS.map((artefact) => getBucketObjects({ bucket, prefix: `${artefact}/` }, { parent })),
  );
  return found.flatMap(({ bucketObjects }) => bucketObjects.map(({ name }) => name));
}

function warn(message: string, component: pulumi.Resource): void {
  void pulumi.log.warn(message, component);
}
