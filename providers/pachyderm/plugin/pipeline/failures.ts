import { InitFailed } from "../../../kit/handler";
import type { ValueMap } from "../../../kit/values";
import type { ObjectRef, PipelineInfo } from "../api/api";
import { ServerError } from "../api/errors";
import { formatId } from "../api/object-ref";
import { withContext } from "../shared/lifecycle";

/** The pipeline exists, or may exist, but is not as it should be: it stays in the state. */
export function initFailed(
  ref: ObjectRef,
  state: ValueMap,
  reason: string,
  inputs?: ValueMap,
): InitFailed {
  return new InitFailed(formatId(ref), state, [`pipeline ${formatId(ref)}: ${reason}`], inputs);
}

/** Said of a change that nobody could tell the outcome of. */
export const UNSETTLED =
  "whether its last change was made is not known; the next update settles it";

/** The marks of a change whose outcome was not known, as long as it has not shown on the server. */
export function unsettledOf(state: ValueMap, live: PipelineInfo): ValueMap {
  const { unsettledVersion, unsettledReprocess = false } = state;
  // every update moves the version: if it is past the one before the change, the change was made
  if (typeof unsettledVersion !== "number" || Number(live.version) > unsettledVersion) return {};
  return { unsettledVersion, unsettledReprocess };
}

export function isSettled(unsettled: ValueMap): boolean {
  return Object.keys(unsettled).length === 0;
}

/** Adds what to do to the refusals whose words leave one guessing. */
export function withAdvice(error: unknown, ref: ObjectRef): unknown {
  if (!(error instanceof ServerError)) return error;
  const text = error.serverMessage;
  if (text.includes("because a repo with the same name already exists")) {
    return new Error(
      `pipeline ${formatId(ref)} can't be made: a repo of that name exists, and the pipeline's ` +
        "output repo needs the name. If it was kept from a deleted pipeline and its data may go: " +
        `pachctl delete repo ${ref.name} --project ${ref.project}`,
    );
  }
  if (/missing Kubernetes secret|Kubernetes secret \S+ missing key/.test(text)) {
    return new Error(
      `pipeline ${formatId(ref)}: ${error.message}. It must exist in Pachyderm's namespace ` +
        "before the pipeline: let the pipeline depend on the Secret (dependsOn)",
    );
  }
  return withContext(`pipeline ${formatId(ref)}`, error);
}
