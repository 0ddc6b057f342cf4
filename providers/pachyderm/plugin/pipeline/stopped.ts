/**
 * Whether a pipeline is stopped: the argument `stopped` sets it. A stop or start sends no spec, so
 * it creates no version. A pipeline without the argument is neither stopped nor started, unless the
 * argument is removed while the pipeline is stopped: it is then started again.
 */
import { type Change, diffValues } from "../../../kit/diff";
import { reveal, type ValueMap } from "../../../kit/values";
import type { Api, ObjectRef, PipelineInfo } from "../api/api";
import type { Deadline } from "../api/deadline";
import { formatId } from "../api/object-ref";
import { initFailed } from "./failures";

/** The old value of `stopped`; the state still has it if the start after its removal has failed. */
export function oldStopped(oldInputs: ValueMap, oldState: ValueMap): ValueMap {
  const stopped = oldState.stopped ?? oldInputs.stopped;
  return stopped === undefined ? {} : { stopped };
}

/** The change of `stopped` from the old inputs to the new ones. */
export function diffStopped(oldInputs: ValueMap, inputs: ValueMap): Change[] {
  const changes = diffValues(oldInputs.stopped ?? null, inputs.stopped ?? null, ["stopped"]);
  const wasStopped = reveal(oldInputs.stopped ?? null) === true;
  return changes.filter(({ kind }) => kind !== "delete" || wasStopped);
}

/** Whether a pipeline should be stopped; undefined if it should be neither stopped nor started. */
export function wantsStopped(inputs: ValueMap, oldState: ValueMap): boolean | undefined {
  const wanted = reveal(inputs.stopped ?? null);
  if (typeof wanted === "boolean") return wanted;
  return reveal(oldState.stopped ?? null) === true ? false : undefined;
}

/** `stopped` as the server shows it, if it is set and differs. */
export function liveStopped({ stopped }: PipelineInfo, inputs: ValueMap): ValueMap {
  const known = inputs.stopped ?? null;
  return known === null || reveal(known) === stopped ? {} : { stopped };
}

/** Keeps in the state that a pipeline whose argument was removed has not been started yet. */
export function unstarted({ stopped }: PipelineInfo, inputs: ValueMap, state: ValueMap): ValueMap {
  const isPending = (inputs.stopped ?? null) === null && reveal(state.stopped ?? null) === true;
  return isPending && stopped ? { stopped } : {};
}

/** Stops a pipeline, which kills its jobs. */
export async function stopPipeline(api: Api, ref: ObjectRef, deadline: Deadline): Promise<void> {
  try {
    await api.stopPipeline(ref, deadline);
  } catch (error) {
    throw new Error(`pipeline ${formatId(ref)} could not be stopped: ${(error as Error).message}`);
  }
}

/**
 * Stops a pipeline right after its creation, because Pachyderm cannot create a stopped one. If that
 * fails, the pipeline stays in the state as running, and the next update stops it.
 */
export async function stopNew(
  api: Api,
  ref: ObjectRef,
  deadline: Deadline,
  state: ValueMap,
): Promise<void> {
  const stops = () => api.stopPipeline(ref, deadline);
  await keptOnFailure(
    stops,
    ref,
    { ...state, stopped: false },
    "was created, but could not be stopped",
  );
}

/** Starts a pipeline that may have a new spec already; if that fails, the next update starts it. */
export async function startUpdated(
  api: Api,
  ref: ObjectRef,
  deadline: Deadline,
  state: ValueMap,
): Promise<void> {
  const starts = () => api.startPipeline(ref, deadline);
  await keptOnFailure(starts, ref, { ...state, stopped: true }, "could not be started");
}

/** Makes a call; if it fails, the pipeline stays in the stack's state with these outputs. */
async function keptOnFailure(
  call: () => Promise<void>,
  ref: ObjectRef,
  state: ValueMap,
  problem: string,
): Promise<void> {
  try {
    await call();
  } catch (error) {
    throw initFailed(ref, state, `${problem}: ${(error as Error).message}`);
  }
}

/**
 * Starts a pipeline again that was stopped for a change that then failed.
 *
 * @returns a sentence about the result, to add to the error
 */
export async function startAgain(
  api: Api,
  { project, name }: ObjectRef,
  stoppedBy: string,
): Promise<string> {
  try {
    await api.startPipeline({ project, name });
    return ". It was started again";
  } catch (error) {
    return (
      `. ${stoppedBy} left it stopped, and it could not be started: ` +
      `${(error as Error).message}; to start it, run: pachctl start pipeline ${name} ` +
      `--project ${project}`
    );
  }
}
