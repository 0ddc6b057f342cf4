import type { FunctionHandler } from "../../../../providers/kit/handler";
import type { Value, ValueMap } from "../../../../providers/kit/values";
import { missing, plainInputs, unknownProperties } from "./bridged";
import type { Service } from "./service";

const ARGUMENTS = ["bucket", "prefix"];

/** The properties of an object in the result. */
const PROPERTIES = ["contentType", "mediaLink", "name", "selfLink", "storageClass"];

/**
 * The function getBucketObjects: the live objects of a bucket whose names start with a prefix,
 * after
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/storage/data_source_google_storage_bucket_objects.go
 */
export function bucketObjects(service: () => Service): FunctionHandler {
  return async ({ token, args }) => {
    const { bucket, prefix } = plainInputs(args);
    const failures = [
      ...unknownProperties("", args, ARGUMENTS),
      ...(bucket === undefined ? [missing(token, "bucket")] : []),
    ];
    if (failures.length > 0) return { result: {}, failures };
    const found = await listObjects(service(), token, String(bucket), prefix);
    return {
      result: {
        id: String(bucket),
        bucket: String(bucket),
        ...(prefix !== undefined && { prefix }),
        bucketObjects: found.map((object) =>
          Object.fromEntries(PROPERTIES.map((key) => [key, object[key] ?? ""])),
        ),
      },
    };
  };
}

/** With the error as worded by the Terraform bridge. */
async function listObjects(
  { api }: Service,
  token: string,
  bucket: string,
  prefix: Value | undefined,
): Promise<ValueMap[]> {
  try {
    return await api.listObjects(bucket, typeof prefix === "string" ? prefix : "");
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      `invoking ${token}: 1 error occurred:\n\t* Error retrieving bucket objects: ${message}\n\n`,
    );
  }
}
