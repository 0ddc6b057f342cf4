import type { UpdateRequest } from "../../../kit/handler";
import type { ObjectRef } from "../api/api";
import type { PipelineUpdate } from "../change-costs/update";
import { diffInputs } from "./inputs";
import { liveSpec } from "./live";
import { oldStopped, wantsStopped } from "./stopped";

/** The update whose costs are counted: what changes on the server, which the state may not show. */
export function updateOf(request: UpdateRequest, ref: ObjectRef): PipelineUpdate {
  const { urn, inputs, oldState, preview } = request;
  const oldInputs = { ...request.oldInputs, ...oldStopped(request.oldInputs, oldState) };
  const refs = { before: ref, after: ref };
  return {
    urn,
    ref,
    inputs,
    preview,
    changeFrom: (live) => {
      const changes = diffInputs(oldInputs, inputs, refs);
      if (live === undefined || changes.length === 0) return { oldInputs, changes };
      const isManaged = wantsStopped(inputs, oldState) !== undefined;
      const liveInputs = {
        ...oldInputs,
        spec: liveSpec(live),
        ...(isManaged && { stopped: live.stopped }),
      };
      return { oldInputs: liveInputs, changes: diffInputs(liveInputs, inputs, refs) };
    },
  };
}
