import type { FunctionHandler } from "../../../../providers/kit/handler";
import type { ValueMap } from "../../../../providers/kit/values";
import { missing, plainInputs, unknownProperties } from "./bridged";
import { toState } from "./bucket-state";
import type { Service } from "./service";

/**
 * The function getBucket: a bucket as the service has it, after
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/storage/data_source_google_storage_bucket.go
 * It passes on the service's own error, including that for a missing bucket.
 */
export function getBucket(service: () => Service): FunctionHandler {
  return async ({ token, args }) => {
    const { name, project } = plainInputs(args);
    const failures = [
      ...unknownProperties("", args, ["name", "project"]),
      ...(name === undefined ? [missing(token, "name")] : []),
    ];
    if (failures.length > 0) return { result: {}, failures };
    const { api, settings } = service();
    let bucket: ValueMap;
    try {
      bucket = await api.getBucket(String(name));
    } catch (error) {
      throw new Error(`invoking ${token}: 1 error occurred:\n\t* ${(error as Error).message}\n\n`);
    }
    const state = toState(bucket, {
      project: project ?? settings.project ?? null,
      forceDestroy: false,
      labels: bucket.labels,
      ownLabels: bucket.labels ?? {},
    });
    const { __meta: _, ...result } = state;
    return { result: plainInputs(result) };
  };
}
