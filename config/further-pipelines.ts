/** Checks the further pipelines and repos of the definitions in use-cases/. */
import { z } from "zod";
import { isDeferred } from "../components/common/known";
import { checkRepoName } from "../components/common/names";
import type { PropertyPath } from "../providers/kit/property-path";
import { UNKNOWN, type Value } from "../providers/kit/values";
import { specShapeProblems } from "../providers/pachyderm/rules";
import { isBlock } from "./stack-file";

/** Keys that would give a further pipeline's resources the names of other parts of the use case. */
const TAKEN = ["data", "training", "deployment"];

const key = "expected letters, digits, _ and -";

/** The further pipelines of a definition; `pipeline` has the schemas of the keys besides `spec`. */
export const pipelinesSchema = (pipeline: z.ZodRawShape, block: { readonly error: string }) =>
  z
    .record(
      z.string(),
      z.strictObject(
        { ...pipeline, spec: z.record(z.string(), z.unknown(), block).superRefine(checkSpec) },
        block,
      ),
      { error: "expected an object with pipelines by key" },
    )
    .superRefine((pipelines, context) => {
      for (const name of Object.keys(pipelines)) {
        if (TAKEN.includes(name))
          addIssue(context, [name], `has the key of another part of the use case: rename it`);
        else if (!/^[A-Za-z0-9_-]+$/.test(name))
          addIssue(context, [name], `is not a valid key; ${key}`);
      }
    });

/** The further repos of a definition, by name. */
export const reposSchema = (repo: z.ZodRawShape, block: { readonly error: string }) =>
  z
    .record(z.string(), z.strictObject(repo, block), {
      error: "expected an object with repos by name",
    })
    .superRefine((repos, context) => {
      for (const name of Object.keys(repos)) {
        const problem = checkRepoName(name);
        if (problem !== undefined) addIssue(context, [name], `is a name that ${problem}`);
      }
    });

/** A problem that is described in full. */
function addIssue(context: z.RefinementCtx, path: PropertyPath, message: string): void {
  context.addIssue({ code: "custom", message, path: [...path], params: { whole: true } });
}

function checkSpec(spec: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const { pipeline, input, transform } = spec;
  // the stack reads the names in these blocks, and puts its prefix on them
  const late = [
    ...deferredIn(pipeline, ["pipeline"]),
    ...deferredIn(input, ["input"]),
    ...(isDeferred(transform) ? [["transform"]] : []),
    ...(!isDeferred(transform) && isBlock(transform) && isDeferred(transform.secrets)
      ? [["transform", "secrets"]]
      : []),
  ];
  for (const path of late)
    addIssue(context, path, "is an Output or a Promise; expected a plain value");
  for (const { path, reason } of specShapeProblems(toValue(spec)))
    addIssue(context, path, reason.startsWith("expected") ? `is not valid; ${reason}` : reason);
  if (!isDeferred(pipeline) && isBlock(pipeline) && pipeline.project !== undefined)
    addIssue(
      context,
      ["pipeline", "project"],
      "is set by pachyderm.project in the stack's configuration: remove it",
    );
}

/** The paths, at or below this one, of values that are known only when the program runs. */
function deferredIn(value: unknown, path: PropertyPath): PropertyPath[] {
  if (isDeferred(value)) return [path];
  if (!isBlock(value) && !Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    deferredIn(part, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

/**
 * The value in the form that the provider's checks take, with a marker for what is known only
 * later.
 */
function toValue(value: unknown): Value {
  if (isDeferred(value)) return UNKNOWN;
  if (Array.isArray(value)) return value.map(toValue);
  if (!isBlock(value)) return value as Value;
  const known = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(known.map(([name, part]) => [name, toValue(part)]));
}
