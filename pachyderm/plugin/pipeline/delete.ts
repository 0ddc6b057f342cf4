import type { Api, Place } from "../api/api";
import { blockedBy } from "../api/errors";
import { formatId } from "../shared/id";

/**
 * Deletes a pipeline with its output repo. Pachyderm stops the pipeline first, and leaves it so
 * when another one that reads it blocks the delete; then it is started again.
 */
export async function deletePipeline(
  api: Api,
  place: Place,
  options: { keepRepo: boolean; force: boolean },
): Promise<void> {
  const before = await api.inspectPipeline(place);
  if (before === undefined) return;
  try {
    await api.deletePipeline(place, options);
  } catch (error) {
    const readers = blockedBy(error);
    if (readers === undefined) throw error;
    const restarted = before.stopped ? "" : await startAgain(api, place);
    throw new Error(
      `pipeline ${formatId(place)} is still read by ${readers.join(", ")}, outside this stack: ` +
        `delete them first, or set forceDelete on the pipeline and run \`pulumi up\`${restarted}`,
    );
  }
}

/** Says how it went: what blocked the delete is the news, whether or not this succeeds. */
async function startAgain(api: Api, place: Place): Promise<string> {
  try {
    await api.startPipeline(place);
    return ". It was started again";
  } catch (error) {
    return `. Pachyderm left it stopped, and it could not be started: ${(error as Error).message}`;
  }
}
