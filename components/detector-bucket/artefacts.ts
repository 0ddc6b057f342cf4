/** The artefacts that drift and outlier detectors load, which the user uploads to the bucket. */
import { getBucketObjects } from "@pulumi/gcp/storage/getBucketObjects";
import type * as pulumi from "@pulumi/pulumi";
import type { Warnings } from "../common/warnings";
import { describeFailure, isGone } from "./storage-errors";

/** The folders of the bucket that deploy.py passes to its detectors. */
export const ARTEFACTS = ["seldon/drift_detector", "seldon/outlier_detector"] as const;

/** The prefixes to search, because the bucket may contain many other objects. */
export const ARTEFACT_PREFIXES = ARTEFACTS.map((artefact) => `${artefact}/`);

/** The folder that contains all of them. */
const ARTEFACTS_FOLDER = "seldon";

/** The artefacts to which no object belongs. A name that ends with / is an empty folder. */
export function missingAmong(objects: readonly string[]): string[] {
  const files = objects.filter((name) => !name.endsWith("/"));
  return ARTEFACTS.filter((artefact) => !files.some((name) => name.startsWith(`${artefact}/`)));
}

/** The artefacts outside of the prefix that a role is limited to. */
export function hiddenBehind(prefix: string): string[] {
  return ARTEFACTS.filter((artefact) => !`${artefact}/`.startsWith(prefix));
}

/**
 * The shell command that uploads the missing artefacts from folders named as in the bucket
 * (`seldon/drift_detector`, `seldon/outlier_detector`); empty if none is missing. It is short,
 * because the engine cuts outputs after 150 characters.
 */
export function uploadCommand(url: string, missing: readonly string[]): string {
  const [only] = missing;
  if (only === undefined) return "";
  const folder = missing.length === 1 ? only : ARTEFACTS_FOLDER;
  return `gcloud storage rsync --recursive ${folder} ${url}/${folder}`;
}

/** The warning that a bucket lacks artefacts, with the consequence. */
export function lacks(bucket: string, missing: readonly string[]): string {
  return `${bucket} lacks ${missing.join(" and ")}, without which detectors crash`;
}

/** The component that reports, and what receives its warnings. */
export interface Reporter {
  readonly component: pulumi.Resource;
  readonly warnings: Warnings;
}

/**
 * Finds the artefacts that the bucket lacks. If it cannot list them, for example because a
 * permission is missing, it reports all as missing and warns: the rest of the stack does not depend
 * on them.
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
      `${owner}: cannot list the objects of bucket ${name}, so all detector artefacts count as missing: ` +
        (isGone(error)
          ? "the bucket no longer exists; run `pulumi refresh`"
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
    ARTEFACT_PREFIXES.map((prefix) => getBucketObjects({ bucket, prefix }, { parent })),
  );
  return found.flatMap(({ bucketObjects }) => bucketObjects.map(({ name }) => name));
}
