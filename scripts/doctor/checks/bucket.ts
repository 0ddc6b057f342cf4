/** Checks one of the detectors' buckets, and the permissions on it. */

import { Warnings } from "../../../components/common/warnings";
import {
  ARTEFACT_PREFIXES,
  lacks,
  missingAmong,
  uploadCommand,
} from "../../../components/detector-bucket/artefacts";
import {
  BUCKET_ADVICE,
  otherLocation,
  probablyTaken,
  READ_BUCKET,
} from "../../../components/detector-bucket/bucket-advice";
import { acknowledgeHint, setCommand } from "../../../config/messages";
import { type StorageClient, StorageError } from "../../google/storage";
import { LOGIN_HINT } from "../../google/token";
import { failed, type Outcome, passed, unchecked, warning } from "../check";
import type { CheckedStack } from "../checked-stack";
import { bucketPermissions, type WantedBucket } from "./bucket-needs";
import { deploysModels } from "./cluster-needs";

export type BucketCheck = (
  checked: CheckedStack,
  storage: StorageClient,
  bucket: WantedBucket,
) => Promise<Outcome[]>;

/** Whether the bucket can be used or created. */
export const checkBucket: BucketCheck = async ({ config, state }, storage, bucket) => {
  const { name, existing, location } = bucket;
  const subject = `bucket ${name}`;
  let found: { readonly location: string } | undefined;
  try {
    found = await storage.bucket(name);
  } catch (error) {
    return [describeDenied(error, bucket)];
  }
  if (found === undefined) {
    return [
      existing
        ? failed("does not exist", BUCKET_ADVICE.missing, { subject })
        : passed("does not exist yet, and the name is available", { subject }),
    ];
  }
  const where = `exists, in ${found.location}`;
  if (existing) return [passed(where, { subject })];
  if (state?.owns("gcp:storage/bucket:Bucket", name) ?? true) {
    return [passed(`${where}, and belongs to this stack`, { subject })];
  }
  if (!config.adopt) {
    return [failed(`already exists, in ${found.location}`, BUCKET_ADVICE.exists, { subject })];
  }
  if (found.location === location?.toUpperCase()) {
    return [passed("already exists; adopt is set, so the next update imports it", { subject })];
  }
  const command = setCommand(["detectorBucket", "location"], { value: found.location });
  return [failed(otherLocation(found.location, location), `run ${command}`, { subject })];
};

function describeDenied(error: unknown, { name, existing }: WantedBucket): Outcome {
  if (!(error instanceof StorageError)) throw error;
  const { status, message } = error;
  const subject = `bucket ${name}`;
  if (status === 401) return failed(message, LOGIN_HINT, { subject });
  if (status !== 403) throw error;
  return existing
    ? failed(`cannot be read: ${message}`, `ask its owner for ${READ_BUCKET}`, { subject })
    : failed(probablyTaken(name), BUCKET_ADVICE.taken, { subject });
}

/** Whether the credentials suffice to use, change and delete the bucket. */
export const checkPermissions: BucketCheck = async ({ config, raw }, storage, bucket) => {
  const { name } = bucket;
  const subject = `bucket ${name}`;
  const project = raw["gcp:project"];
  const needed = bucketPermissions(config, bucket);
  let held: readonly string[];
  try {
    held = await storage.heldPermissions(name, needed);
  } catch (error) {
    if (!(error instanceof StorageError) || error.status !== 404) throw error;
    if (bucket.existing) return [];
    return [
      unchecked(
        `the permission to create it (storage.buckets.create in project ${project}) cannot be checked in advance`,
        `if you are not sure, check for a role such as roles/storage.admin: \`gcloud projects get-iam-policy ${project}\``,
        { subject },
      ),
    ];
  }
  const missing = needed.filter((permission) => !held.includes(permission));
  if (missing.length === 0) return [passed(`has ${needed.join(", ")}`, { subject })];
  return [
    failed(
      `the credentials do not have ${missing.join(", ")}`,
      "ask its owner for a role on the bucket with these permissions, such as roles/storage.admin",
      { subject },
    ),
  ];
};

/** Whether the artefacts that the detectors load exist. */
export const checkArtefacts: BucketCheck = async ({ config }, storage, { name, existing }) => {
  const subject = `bucket ${name}`;
  if (!deploysModels(config)) return [];
  let objects: string[];
  try {
    objects = (
      await Promise.all(ARTEFACT_PREFIXES.map((one) => storage.objects(name, one)))
    ).flat();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    if (error.status !== 404) {
      return [
        unchecked(`${error.message} (requires storage.objects.list)`, undefined, { subject }),
      ];
    }
    if (existing) return [];
    const found = "the bucket does not exist yet";
    return [
      unchecked(
        found,
        "after the first update, upload them with the command in the output upload",
        { subject },
      ),
    ];
  }
  const missing = missingAmong(objects);
  if (missing.length === 0) return [passed("all present", { subject })];
  const acknowledged = new Warnings(config.acknowledge).unacknowledged("missing-artefacts", [name]);
  if (acknowledged.length === 0) {
    return [passed(`${missing.join(" and ")} missing, which is acknowledged`, { subject })];
  }
  const upload = uploadCommand(`gs://${name}`, missing);
  const acknowledge = acknowledgeHint(
    "missing-artefacts",
    [name],
    config.acknowledge["missing-artefacts"] === false,
  );
  return [warning(lacks("it", missing), `run \`${upload}\`${acknowledge}`, { subject })];
};
