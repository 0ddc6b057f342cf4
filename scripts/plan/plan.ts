import { createHmac } from "node:crypto";
import { plainName } from "../../config/stack-file";
import { mapValues } from "../../providers/kit/map-values";
import { parsePath, partAt } from "../../providers/kit/property-path";
import {
  changingSteps,
  isProtectionStep,
  type Preview,
  type PreviewStep,
  type ProtectionChange,
  protectionChanges,
} from "../preview/preview-json";

/**
 * The changes of an update, with hashes in place of values, so that it can be stored and compared.
 */
export interface Plan {
  readonly version: 1;
  readonly stack: string;
  /** The commit that was previewed; absent outside of a git checkout. */
  readonly commit?: string;
  /** Covers all fields below: plans with equal fingerprints are equal. */
  readonly fingerprint: string;
  readonly steps: readonly PlannedStep[];
  /** The encrypted values of the stack file, by path. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface PlannedStep {
  readonly urn: string;
  readonly op: string;
  /** The hash of each value that changes, by property path. */
  readonly values: Readonly<Record<string, string>>;
}

export interface PlanOptions {
  readonly stack: string;
  readonly commit?: string | undefined;
  /**
   * The key of the hashes. A value could be guessed from a plain hash, so the key is a value that
   * only people with the stack file know.
   */
  readonly key: string;
  /** The ciphertexts of the stack file, by path: a preview shows each secret as `[secret]`. */
  readonly ciphertexts: Readonly<Record<string, string>>;
}

/**
 * Whether an update would change anything. A changed secret is a step of each resource that uses
 * it.
 */
export function hasChanges({ steps }: Plan): boolean {
  return steps.length > 0;
}

/** The plan of a preview. */
export function planOf(preview: Preview, { stack, commit, key, ciphertexts }: PlanOptions): Plan {
  const hash = (value: unknown) => hashOf(value, key);
  const steps = changingSteps(preview)
    .flatMap((step) => [
      ...(isProtectionStep(step) ? [] : [plannedStep(step, hash)]),
      ...protectionChanges(step).map((change) => protectionStep(step, change)),
    ])
    .sort((one, other) => compare(one.urn, other.urn) || compare(one.op, other.op));
  const secrets = mapSorted(ciphertexts, hash);
  const fingerprint = fingerprintOf({ stack, steps, secrets }, key);
  return { version: 1, stack, ...(commit && { commit }), fingerprint, steps, secrets };
}

/**
 * Covers the steps of a plan and its stack; a qualified stack name results in the same fingerprint.
 */
export function fingerprintOf(
  { stack, steps, secrets }: Pick<Plan, "stack" | "steps" | "secrets">,
  key: string,
): string {
  return hashOf({ stack: plainName(stack), steps, secrets }, key).slice(0, 12);
}

/** The operation that sets or unsets an option that protects a resource. */
export function protectionOperation({ option, now }: ProtectionChange): string {
  return `${now ? "set" : "unset"} ${option}`;
}

function protectionStep({ urn }: PreviewStep, change: ProtectionChange): PlannedStep {
  return { urn, op: protectionOperation(change), values: {} };
}

function plannedStep(step: PreviewStep, hash: (value: unknown) => string): PlannedStep {
  return { urn: step.urn, op: step.op, values: hashedValues(step, hash) };
}

/**
 * The values that a step changes: those that the preview names, otherwise all inputs. A removed
 * path has no new value, but its removal is part of the plan.
 */
function hashedValues(
  { detailedDiff, newState }: PreviewStep,
  hash: (value: unknown) => string,
): Record<string, string> {
  const inputs = newState?.inputs ?? {};
  const paths = Object.entries(detailedDiff ?? {});
  if (paths.length === 0) return mapSorted(inputs, hash);
  return Object.fromEntries(
    paths.map(([path, { kind }]) => [path, hash({ kind, value: partAt(inputs, parsePath(path)) })]),
  );
}

/** A value's hash, for comparing values without showing them. */
export function hashOf(value: unknown, key: string): string {
  return createHmac("sha256", key).update(canonicalJson(value)).digest("hex").slice(0, 16);
}

/** JSON with sorted keys, so that equal values have equal texts. */
function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => compare(one, other)))
        : inner,
    ) ?? "undefined"
  );
}

function mapSorted<T>(
  values: Readonly<Record<string, T>>,
  change: (value: T) => string,
): Record<string, string> {
  const sorted = Object.entries(values).sort(([one], [other]) => compare(one, other));
  return mapValues(Object.fromEntries(sorted), change);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
