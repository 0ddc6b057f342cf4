import { createHash } from "node:crypto";
import { conditionNotMet, invalid } from "./api-error";
import type { Bucket } from "./bucket";
import { etagOf } from "./etag";
import { conditionProblem } from "./iam-condition";
import { isObject, type JsonObject } from "./json";

/**
 * The policy that controls access to a bucket:
 * https://docs.cloud.google.com/storage/docs/json_api/v1/buckets/setIamPolicy
 */
export interface Policy extends JsonObject {
  readonly etag: string;
  /** How often it was set; it determines the etag and is not visible to callers. */
  readonly revision: number;
}

interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: unknown;
}

/** Members that stand for the public. */
const PUBLIC_MEMBERS = ["allUsers", "allAuthenticatedUsers"];

/** The version of policies that supports conditions. */
const CONDITIONS_VERSION = 3;

const MEMBER =
  /^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group|domain|projectOwner|projectEditor|projectViewer|deleted|principal|principalSet):.+)$/;

export function newPolicy(bucketName: string): Policy {
  return {
    kind: "storage#policy",
    resourceId: `projects/_/buckets/${bucketName}`,
    version: 1,
    etag: etagOf(1),
    bindings: [],
    revision: 1,
  };
}

/**
 * The policy as callers see it. Callers that do not request version 3 get roles with a suffix
 * instead of conditions: https://docs.cloud.google.com/iam/docs/allow-policies#versions
 */
export function showPolicy({ revision: _, ...policy }: Policy, version: number): JsonObject {
  const bindings = readBindings(policy.bindings);
  if (version === CONDITIONS_VERSION || !hasConditions(bindings)) return policy;
  const shown = bindings.map(({ role, members, condition }) => {
    const hash = createHash("sha256").update(JSON.stringify(condition)).digest("hex");
    return {
      role: condition === undefined ? role : `${role}_withcond_${hash.slice(0, 20)}`,
      members,
    };
  });
  return { ...policy, version: 1, bindings: shown };
}

function hasConditions(bindings: readonly Binding[]): boolean {
  return bindings.some(({ condition }) => condition !== undefined);
}

/** The policy that replaces another; refused if it was changed since the caller read it. */
export function setPolicy(before: Policy, body: JsonObject, bucket: Bucket): Policy {
  if (body.etag !== undefined && body.etag !== before.etag)
    throw conditionNotMet("At least one of the pre-conditions you specified did not hold.");
  if (hasConditions(readBindings(before.bindings)) && body.version !== CONDITIONS_VERSION)
    throw invalid("A policy with conditions can only be replaced by one of version 3.");
  checkBindings(readBindings(body.bindings), body.version, bucket);
  const revision = before.revision + 1;
  return {
    ...body,
    kind: before.kind,
    resourceId: before.resourceId,
    etag: etagOf(revision),
    revision,
  };
}

function readBindings(value: unknown): readonly Binding[] {
  if (value === undefined) return [];
  const valid =
    Array.isArray(value) &&
    value.every(
      (binding) =>
        isObject(binding) &&
        typeof binding.role === "string" &&
        Array.isArray(binding.members) &&
        binding.members.every((member) => typeof member === "string"),
    );
  if (!valid) throw invalid("Invalid value for bindings.");
  return value as Binding[];
}

function checkBindings(bindings: readonly Binding[], version: unknown, bucket: Bucket): void {
  const { publicAccessPrevention, uniformBucketLevelAccess } = bucket.iamConfiguration;
  for (const { role, members, condition } of bindings) {
    if (!/^((projects|organizations)\/[^/]+\/)?roles\/[\w.]+$/.test(role))
      throw invalid(`Role ${role} is not supported for this resource.`);
    for (const member of members) {
      if (!MEMBER.test(member)) throw invalid(`Invalid argument: member ${member}`);
      if (PUBLIC_MEMBERS.includes(member) && publicAccessPrevention === "enforced")
        throw conditionNotMet(
          "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.",
        );
    }
    if (condition === undefined) continue;
    const problem =
      (version === CONDITIONS_VERSION
        ? undefined
        : "Policies with conditions must have version 3.") ??
      (uniformBucketLevelAccess.enabled
        ? undefined
        : "Conditions need uniform bucket-level access.") ??
      (members.some((member) => PUBLIC_MEMBERS.includes(member))
        ? "allUsers and allAuthenticatedUsers can't have conditions."
        : undefined) ??
      conditionProblem(condition);
    if (problem !== undefined) throw invalid(problem);
  }
}
