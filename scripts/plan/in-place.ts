import { parsePath, partAt } from "../../providers/kit/property-path";
import { PROTECTIONS, type Preview, type PreviewStep, SECRET } from "../preview/preview-json";
import { hashOf, type PlannedStep, protectionOperation } from "./plan";

/** Whether a step that was reviewed, or its value at a path, need not be planned any more. */
export type IsInPlace = (step: PlannedStep, path?: string) => boolean;

/**
 * What is in place. A preview shows every secret in the same way, so one is taken to be in place only
 * if the stack file has the ciphertexts that were reviewed.
 */
export type InPlace = (hasReviewedSecrets: boolean) => IsInPlace;

/** The kinds of a detailed diff: `PropertyDiff.Kind` of the provider protocol. */
const KINDS = ["add", "add-replace", "update", "update-replace", "delete", "delete-replace"];

/** Whether an option that protects a resource is already as an operation makes it. */
const IS_PROTECTED: Readonly<Record<string, (step: PreviewStep) => boolean>> = Object.fromEntries(
  PROTECTIONS.flatMap((option) =>
    [true, false].map((now) => [
      protectionOperation({ option, now }),
      ({ oldState }: PreviewStep) => oldState != null && (oldState[option] === true) === now,
    ]),
  ),
);

/** Whether the state of a preview is already as a step of an earlier plan was to make it. */
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
