/**
 * Checks the definitions in use-cases/. Their types are not enough: `pulumi` runs the program
 * without checking types, and a key that is missing or misspelled would then rename existing objects.
 */

import { z } from "zod";
import { isDeferred } from "../components/common/known";
import { formatPath, type PropertyPath, partAt } from "../providers/kit/property-path";
import { shortened } from "../providers/kit/quote";
import { didYouMean } from "../providers/kit/suggest";
import { specFieldName, specFieldNames } from "../providers/pachyderm/rules";
import { pipelinesSchema, reposSchema } from "./further-pipelines";
import { keysAt, refuseLines } from "./messages";
import { block, count, flag, IMAGE, text } from "./schema-parts";
import { isBlock } from "./stack-file";

/** Ends the program with all problems of the definitions in one message. */
export function requireDefinitions(definitions: Readonly<Record<string, unknown>>): void {
  const problems = definitionProblems(definitions);
  if (problems.length > 0) refuseLines("The use cases' definitions have", problems);
}

/** The problems of the definitions, one per line. Their keys are the names of the use cases. */
export function definitionProblems(definitions: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(definitions).flatMap(([name, definition]) => {
    const { error } = definitionSchema.safeParse(definition);
    const issues = error?.issues ?? [];
    return [
      ...issues.flatMap((issue) => describe(`use-cases/${name}`, issue, definition)),
      ...(isBlock(definition) ? missingParts(`use-cases/${name}`, definition) : []),
    ];
  });
}

/** What the parts of a definition require of each other. */
function missingParts(owner: string, definition: Readonly<Record<string, unknown>>): string[] {
  const has = (part: string) => definition[part] !== undefined;
  const further = isBlock(definition.pipelines) ? Object.keys(definition.pipelines) : [];
  return [
    ...(has("training") || has("pipelines")
      ? []
      : [`${owner} has no pipeline; expected training or pipelines`]),
    ...(has("pipelines") && further.length === 0 && !has("training")
      ? [`${owner}: pipelines is empty; expected training or a pipeline`]
      : []),
    ...(has("training") && !has("data") ? [`${owner}: data is missing; training requires it`] : []),
    ...(has("data") && !has("training")
      ? [`${owner}: data requires training; for other repos, set repos`]
      : []),
    ...(has("deployment") && !has("training")
      ? [`${owner}: deployment requires training, whose models it deploys`]
      : []),
  ];
}

/**
 * A value that the schema checks, or an Output or Promise of one, which the component checks once
 * it is known.
 */
const input = (schema: z.ZodType) =>
  z.unknown().superRefine((value, context) => {
    if (isDeferred(value)) return;
    for (const { message, path } of schema.safeParse(value).error?.issues ?? []) {
      context.addIssue({ code: "custom", message, path });
    }
  });
const optional = (schema: z.ZodType) => input(schema).optional();

const textInput = (expected: string) => input(text(expected));
const optionalText = (expected: string) => textInput(expected).optional();

const words = "expected a string";
const keys = "expected a list of the Secret's keys";

/** What all pipelines have in common. */
const common = {
  secretKeys: z
    .array(z.string({ error: keys }).min(1, { error: keys }), { error: keys })
    .optional(),
  reprocess: optional(z.string({ error: words })),
};

/** What training and deployment have in common. */
const pipeline = {
  ...common,
  name: textInput("expected the name of a pipeline"),
  description: optionalText(words),
  image: textInput(IMAGE),
  branch: optionalText("expected the name of a branch"),
  glob: optionalText("expected a glob pattern"),
  extraArgs: optional(z.array(z.unknown(), { error: "expected a list of arguments" })),
  spec: z.record(z.string(), z.unknown(), block).optional().superRefine(checkSpecKeys),
};

const definitionSchema = z.strictObject(
  {
    data: z
      .strictObject(
        {
          repo: z.string({ error: "expected the name of a repo" }).min(1),
          existing: flag().optional(),
          branch: optionalText("expected the name of a branch"),
          commit: optionalText("expected the id of a commit"),
          keep: flag().optional(),
          grantReader: flag().optional(),
          description: optionalText(words),
        },
        block,
      )
      .optional(),
    training: z
      .strictObject(
        {
          ...pipeline,
          gitUrl: textInput("expected the URL of a Git repository"),
          gitRef: optionalText("expected a Git branch, tag or commit"),
          subDir: optionalText("expected a folder of the Git repository"),
          config: optionalText("expected a file in the experiment's folder"),
          model: textInput("expected the name of a model"),
          defer: flag().optional(),
        },
        block,
      )
      .optional(),
    deployment: z
      .strictObject(
        {
          ...pipeline,
          deployName: textInput("expected the name of a deployment"),
          detectBatchSize: optional(count("expected a whole number, 1 or more")),
          servingImage: textInput(IMAGE),
          detectorCredentials: flag().optional(),
        },
        block,
      )
      .optional(),
    repos: reposSchema(
      { existing: flag().optional(), description: optionalText(words) },
      block,
    ).optional(),
    pipelines: pipelinesSchema(common, block).optional(),
  },
  block,
);

/** Fields that the components set from other keys: a value here would override theirs. */
const FILLED: Readonly<Record<string, string>> = {
  pipeline: "set `name`",
  description: "set `description`",
  input: "set `data.repo`, `branch` or `glob`",
  transform: "set `image`, `secretKeys` or `extraArgs`",
};

function checkSpecKeys(
  spec: Readonly<Record<string, unknown>> | undefined,
  context: z.RefinementCtx,
): void {
  for (const key of Object.keys(spec ?? {})) {
    const field = specFieldName(key);
    const instead = field === undefined ? undefined : FILLED[field];
    if (field !== undefined && instead === undefined) continue;
    const known = specFieldNames().filter((name) => !Object.hasOwn(FILLED, name));
    const message =
      instead === undefined
        ? `is not a field of the pipeline spec${suggestion(key, known)}`
        : `is set by other keys: ${instead}`;
    context.addIssue({ code: "custom", message, path: [key], params: { whole: true } });
  }
}

/** Says what was found, and what is expected instead. */
function describe(owner: string, issue: z.core.$ZodIssue, definition: unknown): string[] {
  const key = (path: readonly PropertyKey[]) =>
    path.length === 0 ? owner : `${owner}: ${formatPath(path as PropertyPath)}`;
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(definitionSchema, issue.path.map(String));
    return issue.keys.map(
      (name) => `${key([...issue.path, name])} is not a valid key${suggestion(name, known)}`,
    );
  }
  if (issue.code === "custom" && issue.params?.whole)
    return [`${key(issue.path)} ${issue.message}`];
  const value = partAt(definition, issue.path);
  const found = value === undefined || value === null ? "is missing" : `is ${shown(value)}`;
  return [`${key(issue.path)} ${found}; ${issue.message}`];
}

function suggestion(key: string, known: readonly string[]): string {
  return `; ${didYouMean(key, known) ?? `expected one of ${known.join(", ")}`}`;
}

/** The value, shortened if it is long, or its type if JSON cannot represent it. */
function shown(value: unknown): string {
  const json = typeof value === "function" ? undefined : JSON.stringify(value);
  if (json === undefined) return `a ${typeof value}`;
  return shortened(json);
}
