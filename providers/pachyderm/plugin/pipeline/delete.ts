import { flag } from "../../../kit/arguments";
import type { Log } from "../../../kit/engine-log";
import type { DeleteRequest } from "../../../kit/handler";
import type { Api, PipelineInfo, Place } from "../api/api";
import { Deadline } from "../api/deadline";
import { blockedBy, isTransient, isUnreachable, ServerError } from "../api/errors";
import type { Connection } from "../connection/connection";
import { formatId, parseId } from "../shared/id";
import { deleteHere } from "../shared/lifecycle";
import { stillRead } from "../shared/still-read";
import { liveSpec } from "./live";
import { cleanUpBranches } from "./trigger-branches";

/** Deletes a pipeline where it was made, with the branches that its triggers leave. */
export async function deletePipeline(
  connection: Connection,
  log: Log,
  { id, urn, inputs, state, timeoutSeconds }: DeleteRequest,
): Promise<void> {
  const deadline = new Deadline("delete", timeoutSeconds);
  const place = parseId(id, "pipeline", connection.settings.project);
  await deleteHere(connection, `pipeline ${formatId(place)}`, state, async () => {
    const live = await deleteOrStartAgain(connection.api, place, {
      keepRepo: flag(inputs.keepRepoOnDelete),
      force: flag(inputs.forceDelete),
      deadline,
    });
    const specs = [inputs.spec ?? null, ...(live === undefined ? [] : [liveSpec(live)])];
    await cleanUpBranches(connection.api, log, urn, place, { specs, state, deadline });
  });
}

interface DeleteOptions {
  /** Whether the output repo stays, as a repo like any other. */
  readonly keepRepo: boolean;
  /** Whether it is deleted even if other pipelines read its output. */
  readonly force: boolean;
  readonly deadline: Deadline;
}

/**
 * Deletes a pipeline with its output repo; one that does not exist is a success. Pachyderm stops
 * the pipeline first, and leaves it so when it then refuses the delete, or rolls it back because
 * its client hung up: it is started again.
 *
 * @returns the pipeline as it was
 */
export async function deleteOrStartAgain(
  api: Api,
  place: Place,
  options: DeleteOptions,
): Promise<PipelineInfo | undefined> {
  const before = await api.inspectPipeline(place);
  try {
    await deleteWithRepo(api, place, options);
  } catch (error) {
    if (isUnreachable(error)) throw error;
    const after = await lookAfter(api, place);
    if (after === "gone") return before;
    const restarted = after === "unknown" ? "" : await startAgain(api, place, before, after);
    throw new Error(`${reasonOf(error, place)}${restarted}`);
  }
  return before;
}

function reasonOf(error: unknown, place: Place): string {
  const readers = blockedBy(error);
  if (readers !== undefined) return stillRead("pipeline", place, readers);
  const message = error instanceof Error ? error.message : String(error);
  return `pipeline ${formatId(place)} was not deleted: ${message}`;
}

/**
 * A pipeline whose output repo vanished can't be deleted: Pachyderm answers that the repo is not
 * found (src/server/pps/server/api_server.go, deletePipelineInTransaction). With an empty repo in
 * its place it can, and the two go together, as there is nothing to keep.
 */
async function deleteWithRepo(api: Api, place: Place, options: DeleteOptions): Promise<void> {
  const { keepRepo, force, deadline } = options;
  try {
    await api.deletePipeline(place, { keepRepo, force }, deadline);
  } catch (error) {
    if (!(error instanceof ServerError) || isTransient(error)) throw error;
    if ((await api.inspectRepo(place)) !== undefined) throw error;
    await api.createRepo(place, { description: "" }, { deadline });
    await api.deletePipeline(place, { keepRepo: false, force }, deadline);
  }
}

/** What became of the pipeline; the error of the delete is the news, whether or not this succeeds. */
async function lookAfter(api: Api, place: Place): Promise<PipelineInfo | "gone" | "unknown"> {
  try {
    return (await api.inspectPipeline(place)) ?? "gone";
  } catch {
    return "unknown";
  }
}

/** Starts a pipeline again that Pachyderm stopped for its delete; says how it went. */
async function startAgain(
  api: Api,
  { project, name }: Place,
  before: PipelineInfo | undefined,
  after: PipelineInfo,
): Promise<string> {
  if (before === undefined || before.stopped || !after.stopped) return "";
  try {
    await api.startPipeline({ project, name });
    return ". It was started again";
  } catch (error) {
    return (
      `. Pachyderm left it stopped, and it could not be started: ${(error as Error).message}; ` +
      `to start it: pachctl start pipeline ${name} --project ${project}`
    );
  }
}
