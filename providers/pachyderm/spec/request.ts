/** Specs as Pachyderm accepts and returns them. */

import {
  containsSecret,
  containsUnknown,
  isMap,
  type Value,
  type ValueMap,
} from "../../kit/values";
import { plainAnswer, REQUEST_FIELDS, type SpecOptions } from "./canonical";
import { DEFAULT_PROJECT } from "./defaults";
import { fieldName, MESSAGES, ROOT, specFieldNames } from "./fields";
import { fieldValue, spelledKey } from "./lookup";

/**
 * The JSON to send as `createPipelineRequestJson`: the spec in the user's spelling and order, since
 * Pachyderm keeps and shows exactly this text. The project is added only where Pachyderm would use
 * another one. Throws for what checkSpec refuses: non-objects, unknown values, secrets.
 */
export function toRequestJson(spec: Value, options: SpecOptions): string {
  if (!isMap(spec)) throw new Error("spec: must be an object");
  if (containsUnknown(spec)) throw new Error("spec: contains a value that is not known yet");
  if (containsSecret(spec)) throw new Error("spec: contains a secret, which every user could read");
  return JSON.stringify(withProject(withJsonTexts(spec), options.project));
}

function withJsonTexts(spec: ValueMap): ValueMap {
  return Object.fromEntries(
    Object.entries(spec).map(([key, value]) => {
      const name = fieldName(ROOT, key);
      const isJson = name !== undefined && MESSAGES[ROOT].fields[name]?.type.kind === "json";
      const isObject = typeof value === "object" && value !== null;
      return [key, isJson && isObject ? JSON.stringify(value) : value];
    }),
  );
}

function withProject(spec: ValueMap, project: string): ValueMap {
  const pipeline = spec.pipeline;
  if (project === DEFAULT_PROJECT || !isMap(pipeline)) return spec;
  if (isMap(pipeline.project) && pipeline.project.name) return spec;
  return { ...spec, pipeline: { ...pipeline, project: { name: project } } };
}

/**
 * The spec that a `userSpecJson` holds, in its writer's spelling. Python clients store the whole
 * request: fields that apply only to that request are left out.
 */
export function fromUserSpecJson(text: string): Value {
  let spec: unknown;
  try {
    spec = JSON.parse(text);
  } catch {
    // the parser's own message would quote the spec
    throw new Error("the spec that Pachyderm stores for this pipeline is not valid JSON");
  }
  if (!isMap(spec))
    throw new Error("the spec that Pachyderm stores for this pipeline is not an object");
  return withoutFields(spec, REQUEST_FIELDS);
}

/** The fields that `PipelineReqFromInfo` (src/internal/ppsutil/util.go) takes from the details. */
const FROM_DETAILS = specFieldNames().filter((name) => !MESSAGES[ROOT].fields[name]?.notInDetails);

/**
 * The spec of a pipeline created before Pachyderm 2.8, which has no `userSpecJson`: assembled from
 * what InspectPipeline returns with `details: true`, as Pachyderm itself does. The salt is left
 * out: sent back, it would keep `reprocess` from processing anything again.
 */
export function fromDetails(pipelineInfo: Value): Value {
  const details = isMap(pipelineInfo) ? pipelineInfo.details : undefined;
  if (!isMap(pipelineInfo) || !isMap(details)) {
    throw new Error("the pipeline was inspected without details");
  }
  const fields = FROM_DETAILS.map((field) => [field, fieldValue(details, ROOT, field) ?? null]);
  return plainAnswer({ pipeline: pipelineInfo.pipeline ?? null, ...Object.fromEntries(fields) });
}

function withoutFields(spec: ValueMap, fields: readonly string[]): ValueMap {
  const dropped = new Set(fields.map((field) => spelledKey(spec, ROOT, field)));
  return Object.fromEntries(Object.entries(spec).filter(([key]) => !dropped.has(key)));
}
