import { InitFailed } from "../../../kit/handler";
import type { ValueMap } from "../../../kit/values";
import { keptRepoRefusal } from "../../change-costs/refusals";
import type { ObjectRef, PipelineInfo } from "../api/api";
import { ServerError } from "../api/errors";
import { formatId } from "../api/object-ref";
import { withContext } from "../shared/lifecycle";

/** The pipeline exists, or may exist, but is not healthy: it stays in the state. */
export function initFailed(
  ref: ObjectRef,
  state: ValueMap,
  reason: string,
  inputs?: ValueMap,
): InitFailed {
  return new InitFailed(formatId(ref), state, [`pipeline ${formatId(ref)}: ${reason}`], inputs);
}

/** The reason for a change whose outcome is unknown. */
export const UNSETTLED =
  "it is unknown whether its last change was made; the next update will check and retry";

/** The marks of a change whose outcome is unknown; empty once the server shows that it was made. */
export function unsettledOf(state: ValueMap, live: PipelineInfo): ValueMap {
  const { unsettledVersion, unsettledReprocess = false } = state;
  // every update increases the version: if it is higher than before the change, the change was made
  if (typeof unsettledVersion !== "number" || Number(live.version) > unsettledVersion) return {};
  return { unsettledVersion, unsettledReprocess };
}

export function isSettled(unsettled: ValueMap): boolean {
  return Object.keys(unsettled).length === 0;
}

/** Adds advice to refusals whose message does not say what to do. */
export function withAdvice(error: unknown, ref: ObjectRef): unknown {
  if (!(error instanceof ServerError)) return error;
  const text = error.serverMessage;
  if (text.includes("because a repo with the same name already exists")) {
    return new Error(keptRepoRefusal(ref, { pipeline: false, repo: true }));
  }
  if (/missing Kubernetes secret|Kubernetes secret \S+ missing key/.test(text)) {
    return new Error(
      `pipeline ${formatId(ref)}: ${error.message}. It must exist in Pachyderm's namespace ` +
        "before the pipeline: make the pipeline depend on the Secret (dependsOn)",
    );
  }
  return withContext(`pipeline ${formatId(ref)}`, error);
}
