import { invalid } from "./api-error";
import type { JsonObject } from "./json";

/** The permissions on a bucket and its objects: https://cloud.google.com/storage/docs/access-control/iam-permissions */
const SUPPORTED = [
  "storage.buckets.delete",
  "storage.buckets.get",
  "storage.buckets.getIamPolicy",
  "storage.buckets.setIamPolicy",
  "storage.buckets.update",
  "storage.objects.create",
  "storage.objects.delete",
  "storage.objects.get",
  "storage.objects.getIamPolicy",
  "storage.objects.list",
  "storage.objects.setIamPolicy",
  "storage.objects.update",
];

/**
 * The response to testIamPermissions. It refuses permissions that do not apply to buckets, such as
 * storage.buckets.create:
 * https://cloud.google.com/storage/docs/json_api/v1/buckets/testIamPermissions
 *
 * @param isOutOfReach whether the caller has no permissions on the bucket
 */
export function testPermissions(asked: readonly string[], isOutOfReach: boolean): JsonObject {
  if (asked.length === 0) throw invalid("Required parameter: permissions");
  const wrong = asked.find((permission) => !SUPPORTED.includes(permission));
  if (wrong !== undefined) throw invalid(`Invalid argument: ${wrong}`);
  const kind = "storage#testIamPermissionsResponse";
  return isOutOfReach ? { kind } : { kind, permissions: [...new Set(asked)] };
}
