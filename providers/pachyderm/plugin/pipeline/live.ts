import { isMap, type Value, type ValueMap } from "../../../kit/values";
import { specsEqual } from "../../spec/compare";
import { fromDetails, fromUserSpecJson } from "../../spec/request";
import type { ObjectRef, PipelineInfo } from "../api/api";

/** The user spec of a pipeline: the only source without defaults mixed in. */
export function liveSpec(live: PipelineInfo): Value {
  if (live.userSpecJson !== "") return fromUserSpecJson(live.userSpecJson);
  return fromDetails(live as unknown as ValueMap);
}

/** Whether the spec on the server means the same as the inputs. */
export function isLive(live: PipelineInfo, inputs: ValueMap, { project }: ObjectRef): boolean {
  return specsEqual(liveSpec(live), inputs.spec ?? null, { project });
}

/** The outputs of a pipeline that exists. */
export function liveState(live: PipelineInfo, { project, name }: ObjectRef): ValueMap {
  return {
    name,
    project,
    outputRepo: name,
    version: Number(live.version),
    state: live.state,
    effectiveSpec: parseObject(live.effectiveSpecJson),
  };
}

function parseObject(json: string): ValueMap {
  if (json === "") return {}; // created before 2.8
  const value: unknown = JSON.parse(json);
  return isMap(value) ? value : {};
}
