import { basename } from "node:path";
import type { CheckedSpec } from "./check/check-specs";
import { STDIN } from "./read/pipeline-files";

/** The name from the command line, or one derived from what is adopted. */
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
    throw new Error("--name is required; expected the name of the use case, such as churn-model");
  throw new Error(
    `--name: "${name}" is not a valid name for a use case; expected up to 40 lowercase letters, digits and -, starting with a letter`,
  );
}
