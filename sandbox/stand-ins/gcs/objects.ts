import { invalid } from "./api-error";
import type { JsonObject } from "./json";

/**
 * A version of an object: https://docs.cloud.google.com/storage/docs/json_api/v1/objects Its
 * contents are not stored, because nothing here reads them: buckets have objects so that emptying
 * them is realistic.
 */
export interface StoredObject extends JsonObject {
  readonly name: string;
  readonly generation: string;
  readonly timeCreated: string;
  /** The time since which it is noncurrent; not set while it is the live version. */
  readonly timeDeleted?: string;
}

export interface Upload {
  readonly bucket: string;
  readonly name: string;
  readonly contentType: string;
  readonly storageClass: string;
  readonly size: number;
}

/** The versions of a bucket's objects after an upload, and the new one. */
export function addObject(
  before: readonly StoredObject[],
  upload: Upload,
  versioned: boolean,
  now: Date,
): { objects: readonly StoredObject[]; added: StoredObject } {
  if (upload.name === "") throw invalid("Required parameter: name");
  const time = now.toISOString();
  const generation = nextGeneration(before, now);
  const path = `storage/v1/b/${upload.bucket}/o/${encodeURIComponent(upload.name)}`;
  const added: StoredObject = {
    kind: "storage#object",
    id: `${upload.bucket}/${upload.name}/${generation}`,
    selfLink: `https://www.googleapis.com/${path}`,
    mediaLink: `https://storage.googleapis.com/download/${path}?generation=${generation}&alt=media`,
    name: upload.name,
    bucket: upload.bucket,
    generation,
    metageneration: "1",
    contentType: upload.contentType,
    storageClass: upload.storageClass,
    size: `${upload.size}`,
    timeCreated: time,
    updated: time,
  };
  return { objects: [...withoutLive(before, upload.name, versioned, time), added], added };
}

/**
 * The version that a deletion or an upload would permanently delete; undefined if there is none.
 */
export function versionToGo(
  objects: readonly StoredObject[],
  name: string,
  generation: string | null,
  versioned: boolean,
): StoredObject | undefined {
  if (generation === null && versioned) return undefined;
  return objects.find((object) => isMeant(object, name, generation));
}

/**
 * The versions after a deletion: without a generation, the live version is deleted (with
 * versioning, it becomes noncurrent); with one, exactly that version. Undefined if it does not
 * exist.
 */
export function removeObject(
  before: readonly StoredObject[],
  name: string,
  generation: string | null,
  versioned: boolean,
  now: Date,
): readonly StoredObject[] | undefined {
  if (!before.some((object) => isMeant(object, name, generation))) return undefined;
  if (generation === null) return withoutLive(before, name, versioned, now.toISOString());
  return before.filter((object) => object.name !== name || object.generation !== generation);
}

/** The listing of a bucket's objects: by name, each with its versions from old to new. */
export function listObjects(
  objects: readonly StoredObject[],
  { versions, prefix }: { versions: boolean; prefix: string },
): readonly StoredObject[] {
  return objects
    .filter((object) => (versions || isLive(object)) && object.name.startsWith(prefix))
    .sort((a, b) => compare(a.name, b.name) || Number(a.generation) - Number(b.generation));
}

/** Without a generation: the live version. */
function isMeant(object: StoredObject, name: string, generation: string | null): boolean {
  if (object.name !== name) return false;
  return generation === null ? isLive(object) : object.generation === generation;
}

function isLive(object: StoredObject): boolean {
  return object.timeDeleted === undefined;
}

function withoutLive(
  objects: readonly StoredObject[],
  name: string,
  versioned: boolean,
  time: string,
): readonly StoredObject[] {
  return objects.flatMap((object) => {
    if (object.name !== name || !isLive(object)) return [object];
    return versioned ? [{ ...object, timeDeleted: time }] : [];
  });
}

/** Generations are unique times in microseconds. */
function nextGeneration(objects: readonly StoredObject[], now: Date): string {
  const newest = Math.max(0, ...objects.map(({ generation }) => Number(generation)));
  return `${Math.max(now.getTime() * 1000, newest + 1)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
