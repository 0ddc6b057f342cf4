import type { CreateRequest, UpdateRequest } from "../../../kit/handler";
import { isUnknown, UNKNOWN, type ValueMap } from "../../../kit/values";
import type { Api, ObjectRef } from "../api/api";
import type { Deadline } from "../api/deadline";
import { initFailed } from "./failures";
import { awaitsReady, type PartialRef } from "./inputs";
import { liveState } from "./live";
import { type Readiness, type ReadyOptions, waitUntilReady } from "./ready";

/** The outputs in a preview: everything that the spec determines. */
export function plannedState(inputs: ValueMap, { name, project }: PartialRef): ValueMap {
  return {
    ...inputs,
    name,
    project,
    outputRepo: name,
    version: UNKNOWN,
    state: UNKNOWN,
    effectiveSpec: UNKNOWN,
  };
}

/** What is known about a pipeline without another request, with the provider's own marks. */
export function knownState(inputs: ValueMap, ref: ObjectRef, marks: ValueMap): ValueMap {
  const planned = Object.entries(plannedState(inputs, ref));
  return { ...Object.fromEntries(planned.filter(([, value]) => !isUnknown(value))), ...marks };
}

/**
 * Waits for the workers on request, and returns the state. The change has already been made, so any
 * failure keeps the resource with its new inputs: the next update must not send it again.
 */
export async function awaitPipeline(
  api: Api,
  ref: ObjectRef,
  { inputs, signal }: CreateRequest | UpdateRequest,
  deadline: Deadline,
  marks: ValueMap,
): Promise<ValueMap> {
  const timeoutSeconds = deadline.leftMs() / 1000;
  const known = knownState(inputs, ref, marks);
  const { pipeline, problem } = await look(api, ref, inputs, { timeoutSeconds, signal }).catch(
    (error: Error) => ({ pipeline: undefined, problem: error.message }),
  );
  const state = pipeline === undefined ? known : { ...known, ...liveState(pipeline, ref) };
  if (problem !== undefined) throw initFailed(ref, state, problem);
  return state;
}

async function look(
  api: Api,
  ref: ObjectRef,
  inputs: ValueMap,
  options: ReadyOptions,
): Promise<Readiness> {
  if (awaitsReady(inputs)) return await waitUntilReady(api, ref, options);
  const pipeline = await api.inspectPipeline(ref);
  return { pipeline, problem: pipeline === undefined ? "was deleted in the meantime" : undefined };
}
