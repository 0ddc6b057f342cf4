/** The stack's configuration: the only place that reads it. Its keys are described in Pulumi.yaml. */
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { PIPELINE_SECRET, STORAGE_ACCOUNT, STORAGE_SECRET } from "../components/common/names";
import { useCases } from "../use-cases";
import type { UseCaseDefinition } from "../use-cases/definition";
import { findSources, inReadingOrder, type Source } from "../use-cases/sources";
import { BUDGET_VARIABLE, budgetOfThisRun } from "./budget";
import { checkTogether } from "./checks";
import type { NamedUseCases } from "./checks/use-case-names";
import { requireDefinitions } from "./definitions";
import { readJsonTexts, replaced } from "./json-text";
import { describeIssues, fullKey, type Problem, refuse, setCommand, unknownKey } from "./messages";
import { defaultOf, type Key, schemas, type Values } from "./schema";
import { checkEncryption, isKubeconfigText, isSecret, type SeldonSecret } from "./secrets";
import { NAMESPACE, readStackFile, stackKey } from "./stack-file";
import { type Dedicated, nameUseCases, readDedicated } from "./use-case-overrides";

/** The configuration, checked, with defaults filled in. `namePrefix` stands in all names. */
export interface Config
  extends Omit<Values, "kubernetes" | "credentials" | "seldon" | "useCases" | "namePrefix"> {
  readonly kubernetes: { readonly context?: string; readonly kubeconfig?: pulumi.Input<string> };
  /** The name of the pipelines' Secret. */
  readonly pipelineSecret: string;
  /** Secrets. */
  readonly credentials: Readonly<Record<string, pulumi.Output<string>>>;
  readonly seldon: Omit<Values["seldon"], SeldonSecret> & {
    readonly [K in SeldonSecret]?: pulumi.Output<string>;
  } & {
    /** The name of the Secret that detectors read `gs://` with. */
    readonly storageSecret: string;
    /** The name of the Kubernetes service accounts that act as the Google service account. */
    readonly serviceAccount: string;
  };
  /** The selected use cases by name, with overrides applied; what is read before what reads it. */
  readonly useCases: Readonly<Record<string, SelectedUseCase>>;
}

export interface SelectedUseCase {
  readonly definition: UseCaseDefinition;
  /** What it has for itself. */
  readonly dedicated: Dedicated;
  /** How long a job must have run for an update that would kill it to be refused; undefined: never. */
  readonly refuseWhileRunning: string | undefined;
  /** The branch that the use case has of repos of others, where it reads one. */
  readonly branch: string;
  /** The selected use case that makes the data repo, where another one does. */
  readonly source?: Source;
}

/**
 * Reads and checks everything. What is wrong ends the program, all of it in one message. `folder`
 * has the stack file.
 */
export function readConfig(folder = join(__dirname, "..")): Config {
  requireDefinitions(useCases);
  const raw: Record<string, string> = pulumi.runtime.allConfig();
  const values: Partial<Record<Key, unknown>> = {};
  const problems = unknownKeys(raw);
  for (const key of keys) problems.push(...readKey(key, raw[stackKey(key)], values));
  const partial = values as Partial<Values>;
  const named = nameUseCases(useCases, partial);
  const together = [
    ...checkTogether(partial, named),
    ...checkEncryption(partial, readStackFile(pulumi.getStack(), folder) ?? {}),
    ...checkProject(raw),
  ];
  // a part that is wrong by itself is left out there, and would be called missing
  const wrong = problems.map(({ path }) => path.join("\0"));
  problems.push(...together.filter(({ path }) => !wrong.includes(path.join("\0"))));
  if (problems.length > 0) refuse(problems);
  return toConfig(partial as Values, named);
}

const keys = Object.keys(schemas) as Key[];

function unknownKeys(raw: Record<string, string>): Problem[] {
  return Object.keys(raw)
    .filter((key) => key.startsWith(`${NAMESPACE}:`))
    .map((key) => key.slice(NAMESPACE.length + 1))
    .filter((key) => !Object.hasOwn(schemas, key))
    .map((key) => unknownKey([key], keys));
}

/** Puts the key's value into `values`, or returns what is wrong with it. */
function readKey(key: Key, raw: string | undefined, values: Partial<Record<Key, unknown>>) {
  const schema = schemas[key];
  let value = raw === undefined ? defaultOf(key) : parse(key, raw);
  let result = schema.safeParse(value);
  for (;;) {
    // a block that was read may have such texts in it
    const read = readJsonTexts(value, result.error?.issues ?? []);
    if (read === undefined) break;
    value = read;
    result = schema.safeParse(value);
  }
  const issues = result.error?.issues ?? [];
  // the rest is checked together with other keys all the same
  values[key] = result.data ?? partial(schema).safeParse(withoutIssues(value, issues)).data;
  return describeIssues({ key, schema, value, isSecret }, issues);
}

/** The schema of a block of which parts may be missing. */
function partial(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject ? schema.partial() : schema;
}

/** The value without the parts that something is wrong with. */
function withoutIssues(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  return issues
    .flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => [...issue.path, key])
        : [issue.path],
    )
    .reduce((rest, path) => replaced(rest, path, undefined), value);
}

/** The engine hands everything over as text, blocks and flags as JSON. */
function parse(key: Key, raw: string): unknown {
  if (key === "namePrefix") return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return raw; // plain text: the schema refuses it, and says what it takes
  }
}

/** The bucket's project; a provider's key, which the gcp plugin would ask for only in the update. */
function checkProject(raw: Record<string, string>): Problem[] {
  if (raw["gcp:project"]) return [];
  return [
    {
      path: ["gcp:project"],
      text: `is missing; it takes the Google Cloud project of the bucket: ${setCommand(["gcp:project"])}`,
    },
  ];
}

function toConfig({ namePrefix: prefix, ...values }: Values, named: NamedUseCases): Config {
  const once = budgetOfThisRun(process.env[BUDGET_VARIABLE]);
  const { kubernetes, credentials, detectorBucket, seldon, useCases: selected, ...rest } = values;
  const { context, kubeconfig } = kubernetes;
  // what exists already has its own name
  const shared = (name: string, { existing = false } = {}) => (existing ? name : prefix + name);
  return {
    ...rest,
    budget: { ...rest.budget, ...once.budget },
    kubernetes: {
      context,
      kubeconfig: isKubeconfigText(kubeconfig) ? pulumi.secret(kubeconfig) : kubeconfig,
    },
    pipelineSecret: shared(PIPELINE_SECRET),
    credentials: mapValues(credentials, (value) => pulumi.secret(value)),
    detectorBucket: { ...detectorBucket, name: shared(detectorBucket.name, detectorBucket) },
    seldon: {
      ...seldon,
      namespace: shared(seldon.namespace, seldon),
      serviceAccountKey: secret(seldon.serviceAccountKey),
      storageKey: secret(seldon.storageKey),
      storageSecret: shared(STORAGE_SECRET),
      serviceAccount: shared(STORAGE_ACCOUNT),
    },
    useCases: mapValues(selectUseCases(selected, named, prefix), (useCase) => ({
      ...useCase,
      ...once.useCase,
    })),
  };
}

function selectUseCases(
  selected: Values["useCases"],
  definitions: NamedUseCases,
  prefix: string,
): Config["useCases"] {
  const sources = findSources(definitions, prefix);
  return Object.fromEntries(
    inReadingOrder(Object.keys(selected), sources).map((name) => [
      name,
      {
        definition: definitions[name] as UseCaseDefinition,
        dedicated: readDedicated(selected[name] ?? {}),
        refuseWhileRunning: selected[name]?.refuseWhileRunning,
        branch: prefix + name,
        source: sources[name],
      },
    ]),
  );
}

function secret(value: string | undefined): pulumi.Output<string> | undefined {
  return value === undefined ? undefined : pulumi.secret(value);
}

function mapValues<T, R>(values: Record<string, T>, map: (value: T, key: string) => R) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}

/** The definition with the keys named that have data processed again, for the notes of previews. */
export function withReprocessHints(name: string, definition: UseCaseDefinition) {
  const hint = (part: string) => fullKey(["useCases", name, part, "reprocess"]);
  const { training, deployment } = definition;
  return {
    ...definition,
    training: { ...training, reprocessHint: hint("training") },
    deployment: { ...deployment, reprocessHint: hint("deployment") },
  };
}
