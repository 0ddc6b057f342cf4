/** Reads the stack's configuration; nothing else does. Pulumi.yaml describes the keys. */
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
import { type Environment, limited } from "./environment";
import { readJsonTexts, replaced } from "./json-text";
import { describeIssues, fullKey, type Problem, refuse, setCommand, unknownKey } from "./messages";
import { defaultOf, type Key, schemas, type Values } from "./schema";
import { checkEncryption, isKubeconfigText, isSecret, type SeldonSecret } from "./secrets";
import { NAMESPACE, readStackFile, stackKey } from "./stack-file";
import { type Dedicated, nameUseCases, readDedicated } from "./use-case-overrides";

/** The configuration, checked and with defaults. All names include `namePrefix`. */
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
    /** The name of the Secret with the detectors' credentials for `gs://`. */
    readonly storageSecret: string;
    /** The name of the Kubernetes service accounts that act as the Google service account. */
    readonly serviceAccount: string;
  };
  /** The selected use cases by name, with overrides applied; sources come before the use cases that read them. */
  readonly useCases: Readonly<Record<string, SelectedUseCase>>;
}

export interface SelectedUseCase {
  readonly definition: UseCaseDefinition;
  /** What is dedicated to it. */
  readonly dedicated: Dedicated;
  /** An update that would kill a job which has run this long is refused; undefined: never. */
  readonly refuseWhileRunning: string | undefined;
  /** The branch that the use case has of repos of others, where it reads one. */
  readonly branch: string;
  /** The selected use case that creates the data repo, if another one does. */
  readonly source?: Source;
}

/**
 * Reads and checks the configuration. Problems end the program and are reported together. `folder`
 * contains the stack file.
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
  // invalid parts are left out of these checks, which would report them as missing
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

/** Puts the key's value into `values`, and returns its problems. */
function readKey(key: Key, raw: string | undefined, values: Partial<Record<Key, unknown>>) {
  const schema = schemas[key];
  let value = raw === undefined ? defaultOf(key) : parse(key, raw);
  let result = schema.safeParse(value);
  for (;;) {
    // a parsed block may contain further JSON texts
    const read = readJsonTexts(value, result.error?.issues ?? []);
    if (read === undefined) break;
    value = read;
    result = schema.safeParse(value);
  }
  const issues = result.error?.issues ?? [];
  // the valid rest is still checked together with other keys
  values[key] = result.data ?? partial(schema).safeParse(withoutIssues(value, issues)).data;
  return describeIssues({ key, schema, value, isSecret }, issues);
}

/** The schema of a block with all keys optional. */
function partial(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject ? schema.partial() : schema;
}

/** The value without its invalid parts. */
function withoutIssues(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  return issues
    .flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => [...issue.path, key])
        : [issue.path],
    )
    .reduce((rest, path) => replaced(rest, path, undefined), value);
}

/** The engine passes every value as text, blocks and flags as JSON. */
function parse(key: Key, raw: string): unknown {
  if (key === "namePrefix") return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return raw; // plain text: the schema reports what it expects
  }
}

/** The bucket's project. The gcp plugin would report that its key is missing only in the update. */
function checkProject(raw: Record<string, string>): Problem[] {
  if (raw["gcp:project"]) return [];
  return [
    {
      path: ["gcp:project"],
      text: `is missing; expected the Google Cloud project of the bucket: ${setCommand(["gcp:project"])}`,
    },
  ];
}

function toConfig({ namePrefix: prefix, ...values }: Values, named: NamedUseCases): Config {
  const once = budgetOfThisRun(process.env[BUDGET_VARIABLE]);
  const { kubernetes, credentials, detectorBucket, seldon, useCases: selected, ...rest } = values;
  const { context, kubeconfig } = kubernetes;
  // existing objects keep their names
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
    useCases: mapValues(
      selectUseCases(selected, named, { prefix, environment: rest.environment }),
      (useCase) => ({
        ...useCase,
        ...once.useCase,
      }),
    ),
  };
}

function selectUseCases(
  selected: Values["useCases"],
  definitions: NamedUseCases,
  { prefix, environment }: { readonly prefix: string; readonly environment: Environment },
): Config["useCases"] {
  const sources = findSources(definitions, prefix);
  return Object.fromEntries(
    inReadingOrder(Object.keys(selected), sources).map((name) => [
      name,
      {
        definition: limited(definitions[name] as UseCaseDefinition, environment),
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

/** The definition with the keys that reprocess data, which previews mention. */
export function withReprocessHints(name: string, definition: UseCaseDefinition) {
  const hint = (part: string) => fullKey(["useCases", name, part, "reprocess"]);
  const { training, deployment } = definition;
  return {
    ...definition,
    training: { ...training, reprocessHint: hint("training") },
    deployment: { ...deployment, reprocessHint: hint("deployment") },
  };
}
