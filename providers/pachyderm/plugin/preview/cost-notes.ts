import { text } from "../../../kit/arguments";
import type { Log } from "../../../kit/engine-log";
import type { PropertyChange } from "../../../kit/handler";
import type { PropertyPath } from "../../../kit/property-path";
import { containsUnknown, isMap, isSecret, type Value, type ValueMap } from "../../../kit/values";
import { formatBytes } from "../../change-costs/units";
import type { Api, ObjectRef, PipelineInfo } from "../api/api";
import { isForbidden, isTransient } from "../api/errors";
import { formatId } from "../api/object-ref";
import type { Connection } from "../connection/connection";

/**
 * The preview's notes about the cost of an update: restarts, killed jobs, data that is not
 * processed again.
 */
export async function updateNotes(
  api: Api,
  ref: ObjectRef,
  live: PipelineInfo,
  changes: readonly PropertyChange[],
  inputs: ValueMap,
): Promise<string[]> {
  const notes = [
    live.stopped
      ? `pipeline ${formatId(ref)} is stopped and stays stopped`
      : `the workers of pipeline ${formatId(ref)} restart${await killed(api, ref)}`,
  ];
  const reprocesses = changes.some(({ path }) => path[0] === "reprocess");
  if (reprocesses) {
    notes.push("all datums are processed again, once");
  } else if (changes.some((change) => changesCode(change, inputs))) {
    notes.push(
      "datums that were already processed are not processed again: to process them with the " +
        `new code, change \`${text(inputs.reprocessHint) || "reprocess"}\``,
    );
  }
  return notes;
}

/** What is deleted with a pipeline that is replaced by one with another name. */
export async function replaceNotes(api: Api, ref: ObjectRef, keepRepo: boolean): Promise<string[]> {
  if ((await api.inspectPipeline(ref)) === undefined) return [];
  const [jobs, repo] = await Promise.all([killed(api, ref), api.inspectRepo(ref)]);
  const bytes = Number(repo?.details?.sizeBytes ?? 0);
  const data = keepRepo
    ? `its output repo with ${formatBytes(bytes)} is kept`
    : `its output repo is deleted with ${formatBytes(bytes)} of data`;
  return [`pipeline ${formatId(ref)} is deleted${jobs}, and ${data}`];
}

/** What is deleted with a repo that is replaced by one with another name. */
export async function repoReplaceNotes(api: Api, repo: ObjectRef): Promise<string[]> {
  const live = await api.inspectRepo(repo);
  if (live === undefined) return [];
  const bytes = Number(live.details?.sizeBytes ?? 0);
  return [`repo ${formatId(repo)} is deleted, with ${formatBytes(bytes)} of data`];
}

/**
 * Logs notes on a resource. They are only informational: a preview never fails because of them.
 * Missing permissions or a missing server have already been reported.
 */
export async function tellNotes(
  { api, reached }: Connection,
  log: Log,
  urn: string,
  notes: (api: Api) => Promise<string[]>,
): Promise<void> {
  if (!reached) return;
  try {
    for (const note of await notes(api)) await log.log("info", note, urn);
  } catch (error) {
    if (isTransient(error) || isForbidden(error)) return;
    await log.log("info", `what the change costs is not known: ${messageOf(error)}`, urn);
  }
}

/** What happens to the pipeline's jobs. If they cannot be counted, the other notes are kept. */
async function killed(api: Api, ref: ObjectRef): Promise<string> {
  try {
    const jobs = await api.countRunningJobs(ref);
    if (jobs === 0) return "";
    return `; ${jobs} unfinished job${jobs === 1 ? " is" : "s are"} killed`;
  } catch (error) {
    return `; how many unfinished jobs are killed is not known: ${messageOf(error)}`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Whether the workers' code changes, which is not part of a datum's hash. A value that is not known
 * yet may turn out to be the old one.
 */
function changesCode({ path }: PropertyChange, inputs: ValueMap): boolean {
  if (containsUnknown(valueAt(inputs, path))) return false;
  if (path[0] !== "spec") return false;
  if (path.length < 3) return path.length === 1 || path[1] === "transform";
  return path[1] === "transform" && ["image", "cmd", "stdin"].includes(String(path[2]));
}

function valueAt(inputs: ValueMap, path: PropertyPath): Value {
  let value: Value = inputs;
  for (const step of path) {
    if (isSecret(value)) value = value.reveal();
    if (Array.isArray(value)) value = value[Number(step)] ?? null;
    else if (isMap(value)) value = value[step] ?? null;
    else return value;
  }
  return value;
}
