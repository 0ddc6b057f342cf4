/** What drift and outlier detectors are made from, which somebody has to put into the bucket. */
import { getBucketObjects } from "@pulumi/gcp/storage/getBucketObjects";
import type * as pulumi from "@pulumi/pulumi";
import type { Warnings } from "../common/warnings";
import { describeFailure, isGone } from "./storage-errors";

/** The folders of the bucket that deploy.py gives to its detectors. */
export const ARTEFACTS = ["seldon/drift_detector", "seldon/outlier_detector"] as const;

/** The folder that holds them all. */
const ARTEFACTS_FOLDER = "seldon";

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
 * The shell command that uploads the missing artefacts from folders named as in the bucket
 * (`seldon/drift_detector`, `seldon/outlier_detector`); empty where none is missing. The engine
 * cuts outputs behind 150 characters, and it is shorter than that.
 */
export function uploadCommand(url: string, missing: readonly string[]): string {
  const [only] = missing;
  if (only === undefined) return "";
  const folder = missing.length === 1 ? only : ARTEFACTS_FOLDER;
  return `gcloud storage rsync --recursive ${folder} ${url}/${folder}`;
}

/** That a bucket lacks artefacts, and what comes of it. */
export function lacks(bucket: string, missing: readonly string[]): string {
  return `${bucket} lacks ${missing.join(" and ")}, without which detectors crash`;
}

/** Who asks, and where warnings go. */
export interface Reporter {
  readonly component: pulumi.Resource;
  readonly warnings: Warnings;
}

/**
 * Looks which artefacts the bucket lacks. Where that can't be seen, for lack of rights for one, all
 * count as missing and a warning says why: the rest of the stack does not depend on it.
 */
export async function findMissing(
  owner: string,
  name: string,
  { component, warnings }: Reporter,
): Promise<string[]> {
  let missing: string[];
  try {
    missing = missingAmong(await objectsOf(name, component));
  } catch (error) {
    warnings.inPreview(
      "unreadable-bucket",
      [name],
      `${owner}: cannot list what bucket ${name} holds, so all detectors' artefacts count as missing: ` +
        (isGone(error)
          ? "the bucket does not exist any more; run `pulumi refresh`"
          : describeFailure(error, "storage.objects.list")),
      component,
    );
    return [...ARTEFACTS];
  }
  if (missing.length > 0)
    warnings.inPreview(
      "missing-artefacts",
      [name],
      `${owner}: ${lacks(`bucket ${name}`, missing)}: \`${uploadCommand(`gs://${name}`, missing)}\``,
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
