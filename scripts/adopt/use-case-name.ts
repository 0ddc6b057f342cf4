import { basename } from "node:path";
import type { CheckedSpec } from "./check/check-specs";
import { STDIN } from "./read/pipeline-files";

/** The name that the user gives, or one that follows from what is adopted. */
export function useCaseName(
  given: string | undefined,
  sources: readonly string[],
  specs: readonly CheckedSpec[],
): string {
  const [source = "", otherSource] = sources;
  const [spec, otherSpec] = specs;
  const derived =
    otherSpec === undefined
      ? (spec?.name ?? "")
      : otherSource === undefined && source !== STDIN
        ? basename(source).replace(/\.\w+$/, "")
        : "";
  const name = given ?? derived.toLowerCase().replaceAll("_", "-");
  if (/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) && name.length <= 40) return name;
  if (given === undefined)
    throw new Error("--name is required: the use case's name, such as churn-model");
  throw new Error(
    `--name: "${name}" is not valid for a use case: use up to 40 lowercase letters, digits and -, starting with a letter`,
  );
}
