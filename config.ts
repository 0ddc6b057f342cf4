/** The stack's configuration: the only place that reads it. Its keys are described in Pulumi.yaml. */
import * as pulumi from "@pulumi/pulumi";
import { checkTogether } from "./configuration/checks";
import {
  describeIssues,
  NAMESPACE,
  type Problem,
  refuse,
  setCommand,
  unknownKey,
} from "./configuration/problems";
import { defaultOf, type Key, schemas, type Values } from "./configuration/schema";
import { type Block, isBlock, readStackFile } from "./configuration/stack-file";
import { useCases } from "./use-cases";
import type { UseCaseDefinition } from "./use-cases/definition";
import { applyOverrides, prefixNames } from "./use-cases/overrides";

/** The configuration, checked, with defaults filled in. */
export interface Config extends Omit<Values, "kubernetes" | "credentials" | "useCases"> {
  readonly kubernetes: { readonly context?: string; readonly kubeconfig?: pulumi.Input<string> };
  /** Secrets. */
  readonly credentials: Readonly<Record<string, pulumi.Output<string>>>;
  /** The selected use cases by name, with overrides and prefix applied. */
  readonly useCases: Readonly<Record<string, UseCaseDefinition>>;
}

/**
 * Reads and checks everything. What is wrong ends the program, all of it in one message. `folder`
 * has the stack file.
 */
export function readConfig(folder = __dirname): Config {
  const raw: Record<string, string> = pulumi.runtime.allConfig();
  const values: Partial<Record<Key, unknown>> = {};
  const problems = unknownKeys(raw);
  for (const key of keys) problems.push(...readKey(key, raw[`${NAMESPACE}:${key}`], values));
  const partial = values as Partial<Values>;
  problems.push(
    ...checkTogether(partial),
    ...checkSecrecy(partial, readStackFile(pulumi.getStack(), folder) ?? {}),
    ...checkProject(raw),
  );
  if (problems.length > 0) refuse(problems);
  return toConfig(partial as Values);
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
  const value = raw === undefined ? defaultOf(key) : parse(key, raw);
  const schema = schemas[key];
  const result = schema.safeParse(value);
  if (!result.success) {
    return describeIssues({ key, schema, value, isSecret }, result.error.issues);
  }
  values[key] = result.data;
  return [];
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

function isSecret([key, part]: readonly string[]): boolean {
  return (key === "credentials" && part !== undefined) || part === "kubeconfig";
}

/**
 * Secrets that stand in clear, for all who read the repository. The SDK tells only whether a key
 * has an encrypted part; which parts are not, the stack file tells. Where that is elsewhere, one
 * encrypted value lets those beside it pass.
 */
function checkSecrecy({ credentials, kubernetes }: Partial<Values>, file: Block): Problem[] {
  const secrets: [Key, string, string][] = Object.entries(credentials ?? {}).map(
    ([name, value]) => ["credentials", name, value],
  );
  const { kubeconfig } = kubernetes ?? {};
  if (isKubeconfigText(kubeconfig)) secrets.push(["kubernetes", "kubeconfig", kubeconfig]);
  return secrets
    .filter(([key, name, value]) => {
      if (value === "") return false; // nothing to hide: a token where auth is off
      const block = file[`${NAMESPACE}:${key}`];
      return !isEncrypted(key) || (isBlock(block) && block[name] === value);
    })
    .map(([key, name]) => {
      const command = setCommand([key, name], { secret: true });
      const text = `is in clear; encrypt it, and change what was readable: ${command}`;
      return { path: [key, name], text };
    });
}

/** Whether any part of the key's value is encrypted; the SDK can't tell which. */
function isEncrypted(key: Key): boolean {
  // there, but not in the SDK's types: the public getters only warn
  const { isConfigSecret } = pulumi.runtime as unknown as {
    isConfigSecret(key: string): boolean;
  };
  return isConfigSecret(`${NAMESPACE}:${key}`);
}

function isKubeconfigText(kubeconfig: string | undefined): kubeconfig is string {
  return kubeconfig !== undefined && /[\n{]|apiVersion:/.test(kubeconfig);
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

function toConfig({ kubernetes, credentials, useCases: selected, ...rest }: Values): Config {
  const { context, kubeconfig } = kubernetes;
  return {
    ...rest,
    kubernetes: {
      context,
      kubeconfig: isKubeconfigText(kubeconfig) ? pulumi.secret(kubeconfig) : kubeconfig,
    },
    credentials: mapValues(credentials, (value) => pulumi.secret(value)),
    useCases: mapValues(selected, (overrides, name) => {
      const definition = useCases[name] as UseCaseDefinition; // others were refused
      return prefixNames(rest.namePrefix, applyOverrides(definition, overrides));
    }),
  };
}

function mapValues<T, R>(values: Record<string, T>, map: (value: T, key: string) => R) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}
