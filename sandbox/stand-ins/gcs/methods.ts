import { type ApiError, conflict, forbidden, invalid, notFound } from "./api-error";
import { type Bucket, lockBucket, newBucket, patchBucket } from "./bucket";
import { newPolicy, setPolicy, showPolicy } from "./iam-policy";
import { isObject, type JsonObject } from "./json";
import { addObject, listObjects, removeObject, versionToGo } from "./objects";
import { pageOf } from "./pages";
import { requireNotRetained, retainedUntil } from "./retention";
import type { BucketRecord, State } from "./state";
import { testPermissions } from "./test-permissions";

/** A request to one of the API's methods. */
export interface Call {
  readonly state: State;
  readonly now: Date;
  /** The names in the path: a bucket's, then an object's. */
  readonly names: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly contentType: string;
}

/** A method's response: the body, or undefined for 204 No Content. */
type Method = (call: Call) => JsonObject | undefined;

export interface Route {
  readonly verb: string;
  readonly path: RegExp;
  readonly method: Method;
}

/**
 * The methods that this service supports of https://docs.cloud.google.com/storage/docs/json_api/v1
 */
export const routes: readonly Route[] = [
  { verb: "GET", path: /^\/storage\/v1\/b$/, method: listBuckets },
  { verb: "POST", path: /^\/storage\/v1\/b$/, method: insertBucket },
  { verb: "GET", path: /^\/storage\/v1\/b\/([^/]+)$/, method: getBucket },
  { verb: "PATCH", path: /^\/storage\/v1\/b\/([^/]+)$/, method: changeBucket },
  { verb: "DELETE", path: /^\/storage\/v1\/b\/([^/]+)$/, method: deleteBucket },
  { verb: "POST", path: /^\/storage\/v1\/b\/([^/]+)\/lockRetentionPolicy$/, method: lockRetention },
  { verb: "GET", path: /^\/storage\/v1\/b\/([^/]+)\/iam$/, method: getIamPolicy },
  { verb: "PUT", path: /^\/storage\/v1\/b\/([^/]+)\/iam$/, method: setIamPolicy },
  {
    verb: "GET",
    path: /^\/storage\/v1\/b\/([^/]+)\/iam\/testPermissions$/,
    method: testIamPermissions,
  },
  { verb: "GET", path: /^\/storage\/v1\/b\/([^/]+)\/o$/, method: listBucketObjects },
  { verb: "POST", path: /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/, method: insertObject },
  { verb: "DELETE", path: /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/, method: deleteObject },
];

function listBuckets({ state, query }: Call): JsonObject {
  const project = requireProject(query);
  const items = Object.values(state.records)
    .filter((record) => record.project === project)
    .map(({ bucket }) => bucket)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items: page, ...more } = pageOf(items, ({ name }) => name, query);
  return { kind: "storage#buckets", ...(page.length > 0 && { items: page }), ...more };
}

function insertBucket({ state, query, body, now }: Call): JsonObject {
  const project = requireProject(query);
  const bucket = newBucket(readJson(body), now);
  const existing = state.records[bucket.name];
  if (existing?.project === project)
    throw conflict(
      "Your previous request to create the named bucket succeeded and you already own it.",
    );
  if (existing !== undefined)
    throw conflict(
      "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    );
  state.put(bucket.name, { project, bucket, policy: newPolicy(bucket.name), objects: [] });
  return bucket;
}

function getBucket(call: Call): JsonObject {
  return findRecord(call).bucket;
}

function changeBucket(call: Call): JsonObject {
  const record = findRecord(call, "storage.buckets.update");
  const bucket = patchBucket(record.bucket, readJson(call.body), call.now);
  call.state.put(bucket.name, { ...record, bucket });
  return bucket;
}

function lockRetention(call: Call): JsonObject {
  const record = findRecord(call, "storage.buckets.update");
  const expected = call.query.get("ifMetagenerationMatch");
  const bucket = lockBucket(record.bucket, expected, call.now);
  call.state.put(bucket.name, { ...record, bucket });
  return bucket;
}

function deleteBucket(call: Call): undefined {
  const { bucket, objects } = findRecord(call, "storage.buckets.delete");
  if (objects.length > 0) throw conflict("The bucket you tried to delete is not empty.");
  call.state.remove(bucket.name);
}

function getIamPolicy(call: Call): JsonObject {
  const version = Number(call.query.get("optionsRequestedPolicyVersion") ?? 1);
  return showPolicy(findRecord(call, "storage.buckets.getIamPolicy").policy, version);
}

function setIamPolicy(call: Call): JsonObject {
  const record = findRecord(call, "storage.buckets.setIamPolicy");
  const policy = setPolicy(record.policy, readJson(call.body), record.bucket);
  call.state.put(record.bucket.name, { ...record, policy });
  return showPolicy(policy, Number(policy.version));
}

/** Every caller may query its own permissions. */
function testIamPermissions(call: Call): JsonObject {
  const record = existingRecord(call);
  return testPermissions(call.query.getAll("permissions"), isOutOfReach(record));
}

function listBucketObjects(call: Call): JsonObject {
  const { bucket, objects } = findRecord(call, "storage.objects.list");
  const items = listObjects(objects, {
    versions: call.query.get("versions") === "true",
    prefix: call.query.get("prefix") ?? "",
  }).map((object) => {
    const until = retainedUntil(bucket, object.timeCreated);
    return until === undefined
      ? object
      : { ...object, retentionExpirationTime: until.toISOString() };
  });
  return { kind: "storage#objects", ...pageOf(items, keyOfVersion, call.query) };
}

/** A key that sorts in the list's order, because generations have the same number of digits. */
function keyOfVersion({ name, generation }: { name: string; generation: string }): string {
  return `${name}\0${generation}`;
}

function insertObject(call: Call): JsonObject {
  const record = findRecord(call, "storage.objects.create");
  if (call.query.get("uploadType") !== "media")
    throw invalid("This service supports only uploads with uploadType=media.");
  const upload = {
    bucket: record.bucket.name,
    storageClass: String(record.bucket.storageClass),
    name: call.query.get("name") ?? "",
    contentType: call.contentType,
    size: call.body.length,
  };
  requireUnretained(call, record, upload.name, null);
  const { objects, added } = addObject(
    record.objects,
    upload,
    isVersioned(record.bucket),
    call.now,
  );
  call.state.put(record.bucket.name, { ...record, objects });
  return added;
}

function deleteObject(call: Call): undefined {
  const record = findRecord(call, "storage.objects.delete");
  const name = call.names[1] ?? "";
  const generation = call.query.get("generation");
  requireUnretained(call, record, name, generation);
  const objects = removeObject(
    record.objects,
    name,
    generation,
    isVersioned(record.bucket),
    call.now,
  );
  if (objects === undefined) throw notFound(`No such object: ${record.bucket.name}/${name}`);
  call.state.put(record.bucket.name, { ...record, objects });
}

/**
 * With versioning, an upload or a deletion without a generation only makes the old version
 * noncurrent.
 */
function requireUnretained(
  { now }: Call,
  { bucket, objects }: BucketRecord,
  name: string,
  generation: string | null,
): void {
  const gone = versionToGo(objects, name, generation, isVersioned(bucket));
  if (gone !== undefined) requireNotRetained(bucket, gone, now);
}

/**
 * Whether a bucket belongs to someone else and callers have no permissions on it: those of projects
 * with this prefix. Tests may create them.
 */
function isOutOfReach({ project }: BucketRecord): boolean {
  return project.startsWith("others-");
}

/**
 * To callers without permissions, the service reveals nothing else, not even whether a bucket
 * exists.
 */
function noAccess(permission: string): ApiError {
  return forbidden(
    `caller@sandbox.iam.gserviceaccount.com does not have ${permission} access to the Google Cloud Storage bucket. Permission '${permission}' denied on resource (or it may not exist).`,
  );
}

function findRecord(call: Call, permission = "storage.buckets.get"): BucketRecord {
  const record = existingRecord(call);
  if (isOutOfReach(record)) throw noAccess(permission);
  return record;
}

function existingRecord({ state, names }: Call): BucketRecord {
  const name = names[0] ?? "";
  const record = Object.hasOwn(state.records, name) ? state.records[name] : undefined;
  if (record === undefined) throw notFound("The specified bucket does not exist.");
  return record;
}

function isVersioned(bucket: Bucket): boolean {
  return bucket.versioning?.enabled === true;
}

function requireProject(query: URLSearchParams): string {
  const project = query.get("project");
  if (!project) throw invalid("Required parameter: project");
  return project;
}

function readJson(body: Buffer): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw invalid("Parse Error");
  }
  if (!isObject(value)) throw invalid("Parse Error");
  return value;
}
