import { parsePath, partAt } from "../../providers/kit/property-path";
import { PROTECTIONS, type Preview, type PreviewStep, SECRET } from "../preview/preview-json";
import { hashOf, type PlannedStep, protectionOperation } from "./plan";

/**
 * Whether a reviewed step, or its value at a path, is already in place and no longer needs to be
 * planned.
 */
export type IsInPlace = (step: PlannedStep, path?: string) => boolean;

/**
 * What is in place. A preview shows all secrets in the same way, so a secret counts as in place
 * only if the stack file has the reviewed ciphertexts.
 */
export type InPlace = (hasReviewedSecrets: boolean) => IsInPlace;

/** The kinds of a detailed diff: `PropertyDiff.Kind` of the provider protocol. */
const KINDS = ["add", "add-replace", "update", "update-replace", "delete", "delete-replace"];

/** Whether an option that protects a resource already has the value that an operation sets. */
const IS_PROTECTED: Readonly<Record<string, (step: PreviewStep) => boolean>> = Object.fromEntries(
  PROTECTIONS.flatMap((option) =>
    [true, false].map((now) => [
      protectionOperation({ option, now }),
      ({ oldState }: PreviewStep) => oldState != null && (oldState[option] === true) === now,
    ]),
  ),
);

/** Whether the state in a preview already has the result of a step of an earlier plan. */
export function inPlaceIn({ steps }: Preview, key: string): InPlace {
  return (hasReviewedSecrets) =>
    ({ urn, op, values }, path) => {
      const found = steps.filter((step) => step.urn === urn);
      if (op === "delete") return found.length === 0;
      if (op in IS_PROTECTED) return found.some((step) => IS_PROTECTED[op]?.(step));
      const now = found.find(({ newState }) => newState != null);
      if (now === undefined || (path === undefined && now.op !== "same")) return false;
      const inputs = now.newState?.inputs ?? {};
      const paths = path === undefined ? Object.keys(values) : [path];
      return paths.every((each) => {
        const value = partAt(inputs, parsePath(each));
        if (!hasReviewedSecrets && hasSecret(value)) return false;
        const hashes = [value, ...KINDS.map((kind) => ({ kind, value }))];
        return hashes.some((one) => hashOf(one, key) === values[each]);
      });
    };
}

function hasSecret(value: unknown): boolean {
  if (value === SECRET) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasSecret);
}
