import type { Api, PipelineInfo, Place } from "../api/api";
import { blockedBy, isTransient, ServerError } from "../api/errors";
import { formatId } from "../shared/id";

export interface DeleteOptions {
  /** Whether the output repo stays, as a repo like any other. */
  readonly keepRepo: boolean;
  /** Whether it is deleted even if other pipelines read its output. */
  readonly force: boolean;
}

/**
 * Deletes a pipeline with its output repo; one that does not exist is a success. Pachyderm stops
 * the pipeline first, and leaves it so when it then refuses the delete: it is started again.
 */
export async function deletePipeline(
  api: Api,
  place: Place,
  options: DeleteOptions,
): Promise<void> {
  const before = await api.inspectPipeline(place);
  try {
    await deleteWithRepo(api, place, options);
  } catch (error) {
    if (!(error instanceof ServerError) || isTransient(error)) throw error;
    const restarted = await startAgain(api, place, before);
    const readers = blockedBy(error);
    if (readers === undefined) {
      throw new Error(`pipeline ${formatId(place)}: ${error.message}${restarted}`);
    }
    throw new Error(
      `pipeline ${formatId(place)} is still read by ${readers.join(", ")}, outside this stack: ` +
        `delete them first, or set forceDelete on the pipeline and run \`pulumi up\`${restarted}`,
    );
  }
}

/**
 * A pipeline whose output repo vanished can't be deleted: Pachyderm answers that the repo is not
 * found (src/server/pps/server/api_server.go, deletePipelineInTransaction). With an empty repo in
 * its place it can, and the two go together, as there is nothing to keep.
 */
async function deleteWithRepo(api: Api, place: Place, options: DeleteOptions): Promise<void> {
  try {
    await api.deletePipeline(place, options);
  } catch (error) {
    if (!(error instanceof ServerError) || isTransient(error)) throw error;
    if ((await api.inspectRepo(place)) !== undefined) throw error;
    await api.createRepo(place, { description: "" });
    await api.deletePipeline(place, { ...options, keepRepo: false });
  }
}

/** Says how it went: what Pachyderm refused the delete for is the news, whether or not this succeeds. */
async function startAgain(
  api: Api,
  place: Place,
  before: PipelineInfo | undefined,
): Promise<string> {
  try {
    if (before === undefined || before.stopped) return "";
    const now = await api.inspectPipeline(place);
    if (now === undefined || !now.stopped) return "";
    await api.startPipeline(place);
    return ". It was started again";
  } catch (error) {
    return `. Pachyderm left it stopped, and it could not be started: ${(error as Error).message}`;
  }
}
