import type { Log } from "../../../kit/engine-log";
import type { CreateRequest, UpdateRequest } from "../../../kit/handler";
import { containsSecret } from "../../../kit/values";
import { toRequestJson } from "../../spec/request";
import type { Api, ObjectRef } from "../api/api";
import type { Deadline } from "../api/deadline";
import { settle } from "../shared/settle";
import { sendWithBranches } from "./trigger-branches";

export interface SendOptions {
  readonly ref: ObjectRef;
  readonly deadline: Deadline;
  readonly options: { readonly update?: boolean; readonly reprocess?: boolean };
}

/**
 * Sends a pipeline's spec, once, with the branches that its triggers follow.
 *
 * @param isDone checks whether the spec has arrived after a broken connection
 */
export async function sendPipeline(
  api: Api,
  log: Log,
  { inputs, urn }: CreateRequest | UpdateRequest,
  { ref, deadline, options }: SendOptions,
  isDone: () => Promise<boolean>,
): Promise<void> {
  const spec = inputs.spec ?? null;
  if (containsSecret(spec)) throw new Error("spec: contains a secret, which is never sent");
  const json = toRequestJson(spec, { project: ref.project });
  const send = () => api.createPipeline(json, options, { deadline });
  const tell = (message: string) => log.log("info", message, urn);
  await settle(api.client.patienceMs, () => sendWithBranches(api, send, deadline, tell), isDone);
}
