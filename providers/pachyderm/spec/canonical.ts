/**
 * The canonical form of a spec: two specs mean the same to Pachyderm if and only if their canonical
 * forms are equal, as far as that can be determined without the server.
 *
 * It is built in two steps. Plain: one spelling for every key and value. Full: the defaults that
 * Pachyderm derives from the spec itself are filled in.
 */

import { posix } from "node:path";
import { mapValues } from "../../kit/map-values";
import { isMap, isUnknown, reveal, type Value, type ValueMap } from "../../kit/values";
import { DEFAULT_BRANCH } from "./defaults";
import { isTooDeep } from "./depth";
import { type Field, type FieldType, fieldName, MESSAGES, type MessageName, ROOT } from "./fields";
import { parseDuration, parseFloat32, parseInteger, parseTimestamp } from "./scalars";

export interface SpecOptions {
  /** The project of a spec that does not set one. */
  readonly project: string;
}

/** The version that a server reports. */
export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
}

/** Fields that Python clients store with a spec although they apply to a single request. */
export const REQUEST_FIELDS = ["update", "reprocess", "dryRun", "specCommit"] as const;

/** The canonical form. Unknown values stay unknown; what Pachyderm would refuse stays as it is. */
export function canonicalSpec(spec: Value, options: SpecOptions): Value {
  return fullSpec(plainSpec(spec), options);
}

/** Whether two values of one form are equal. An unknown value equals nothing. */
export function equalValues(a: Value, b: Value): boolean {
  if (isUnknown(a) || isUnknown(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equalValues(item, b[index] ?? null));
  }
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && equalValues(a[key] ?? null, b[key] ?? null))
    );
  }
  return a === b;
}

/**
 * How Pachyderm determines a message's value. It merges a spec over the defaults of the cluster and
 * of the project (RFC 7396): there an explicit false, 0, "" or [] overrides a default, null removes
 * it, and both differ from leaving the field out. But lists are replaced whole, and defaults cannot
 * be set for a pipeline's name, and should not be set for its input (they would break every
 * pipeline with another kind of input): inside those, the proto3 default of a field equals leaving
 * it out.
 */
type Origin = "merged" | "own";

/** The plain form: camelCase keys, one form for each value, without values that have no effect. */
export function plainSpec(spec: Value): Value {
  return plainValue({ kind: "message", message: ROOT }, reveal(spec), "merged");
}

/** The plain form of a server's response, in which every field is present, set or not. */
export function plainAnswer(spec: Value): Value {
  return plainValue({ kind: "message", message: ROOT }, spec, "own");
}

function plainMessage(map: ValueMap, message: MessageName, origin: Origin): ValueMap {
  const plain: ValueMap = {};
  for (const [key, value] of Object.entries(map)) {
    const name = fieldName(message, key);
    const field = name === undefined ? undefined : MESSAGES[message].fields[name];
    if (name === undefined || field === undefined) plain[key] = value;
    else if (message === ROOT && REQUEST_FIELDS.some((request) => request === name)) continue;
    else {
      const isOwn = message === ROOT && (name === "pipeline" || name === "input");
      const plainField = plainValue(field.type, value, isOwn ? "own" : origin);
      if (!changesNothing(field, plainField, isOwn ? "own" : origin)) plain[name] = plainField;
    }
  }
  return plain;
}

function changesNothing({ type, presence }: Field, value: Value, origin: Origin): boolean {
  // merging an empty map has no effect, and a proto map does not distinguish empty from absent
  if (type.kind === "map" && isMap(value)) return Object.keys(value).length === 0;
  if (type.kind === "refused" && saysNothing(value)) return true;
  if (origin === "merged") return false;
  if (value === null) return true;
  if (presence) return false;
  if (type.kind === "enum") return value === type.names[0];
  if (Array.isArray(value)) return value.length === 0;
  return value === false || value === 0 || value === "";
}

/** Whether a field that must not be set is present but empty. */
export function saysNothing(value: Value): boolean {
  return value === null || value === false || value === "";
}

function plainValue(type: FieldType, value: Value, origin: Origin): Value {
  if (value === null || isUnknown(value)) return value;
  switch (type.kind) {
    case "message":
      return isMap(value) ? plainMessage(value, type.message, origin) : value;
    case "list":
      if (!Array.isArray(value)) return value;
      return value.map((item) => plainValue(type.item, item, "own"));
    case "enum":
      return (typeof value === "number" ? type.names[value] : undefined) ?? value;
    case "int32":
    case "int64":
    case "uint64":
      return plainInteger(value);
    case "float":
      return parseFloat32(value) ?? value;
    case "duration":
      return (typeof value === "string" ? parseDuration(value) : undefined) ?? value;
    case "timestamp":
      return (typeof value === "string" ? parseTimestamp(value) : undefined) ?? value;
    case "json":
      return typeof value === "string" ? (parseJson(value) ?? value) : value;
    default:
      return value;
  }
}

/**
 * An integer in its one form: a number, or a string where it exceeds JavaScript's safe integers.
 */
export function plainInteger(value: Value): Value {
  const integer = parseInteger(value);
  if (integer === undefined) return value;
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer.toString();
}

/**
 * The object or list that a JSON string contains. Undefined for other JSON, for invalid JSON, for
 * JSON that is nested too deeply to compare, and for numbers with so many digits that JavaScript
 * might treat different ones as equal.
 */
export function parseJson(text: string): Value[] | ValueMap | undefined {
  if (/\d{16}/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || isTooDeep(value)) return undefined;
    return value as Value[] | ValueMap;
  } catch {
    return undefined; // the check reports it; the comparison treats it as any other string
  }
}

/** The plain form with the defaults that Pachyderm derives from the spec itself. */
export function fullSpec(plain: Value, options: SpecOptions): Value {
  if (!isMap(plain)) return plain;
  const full: ValueMap = { ...plain };
  const pipeline = isMap(plain.pipeline) ? plain.pipeline : undefined;
  const project = fullProject(pipeline?.project, options);
  if (pipeline !== undefined) full.pipeline = { ...pipeline, project };
  if (isMap(plain.input)) {
    const name = isMap(project) ? project.name : undefined;
    full.input = fullInput(plain.input, { pipeline: pipeline?.name, project: name });
  }
  return full;
}

function fullProject(project: Value | undefined, options: SpecOptions): Value {
  if (project === undefined) return { name: options.project };
  return isMap(project) ? { name: options.project, ...project } : project;
}

interface InputContext {
  readonly pipeline: Value | undefined;
  readonly project: Value | undefined;
}

function fullInput(input: ValueMap, context: InputContext): ValueMap {
  return mapValues(input, (value, kind) => {
    if (kind === "pfs" && isMap(value)) return fullPfs(value, context);
    if (kind === "cron" && isMap(value)) return fullCron(value, context);
    if (!Array.isArray(value)) return value;
    return value.map((child) => (isMap(child) ? fullInput(child, context) : child));
  });
}

/** As `setInputDefaults` in src/server/pps/server/api_server.go. */
function fullPfs(pfs: ValueMap, { project }: InputContext): ValueMap {
  const full = withDefaults(pfs, { project, name: pfs.repo, repoType: "user" });
  if (pfs.trigger === undefined) full.branch ??= DEFAULT_BRANCH;
  // without a branch, Pachyderm creates one for the trigger and chooses its name
  else if (pfs.branch === undefined && isMap(pfs.trigger)) {
    full.trigger = { branch: DEFAULT_BRANCH, ...pfs.trigger };
  }
  if (typeof pfs.glob === "string") full.glob = cleanGlob(pfs.glob);
  return full;
}

function fullCron(cron: ValueMap, { pipeline, project }: InputContext): ValueMap {
  const known = typeof pipeline === "string" && typeof cron.name === "string";
  return withDefaults(cron, { project, repo: known ? `${pipeline}_${cron.name}` : undefined });
}

function withDefaults(map: ValueMap, defaults: Record<string, Value | undefined>): ValueMap {
  const full = { ...map };
  for (const [key, value] of Object.entries(defaults)) {
    if (full[key] === undefined && value !== undefined) full[key] = value;
  }
  return full;
}

const LONGEST_GLOB = 10_000;

/**
 * A glob as Pachyderm stores it: `data/*` is `/data/*`. As `CleanPath` in
 * src/internal/pfsfile/pfsfile.go, which cleans the path before making it absolute: `../a` is
 * `/../a`, which matches nothing, but `/../a` is `/a`.
 */
export function cleanGlob(glob: string): string {
  // cleaning takes quadratic time, and no path is that long
  if (glob.length > LONGEST_GLOB) return glob;
  const inside = posix.normalize(glob).replace(/^\//, "").replace(/\/$/, "");
  return inside === "." ? "/" : `/${inside}`;
}
