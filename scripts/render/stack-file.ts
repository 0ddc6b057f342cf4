import { readdirSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { repository } from "../../command-line/repository";
import { requiredCredentials } from "../../config/required-credentials";
import { seldonSecrets } from "../../config/secrets";
import {
  type Block,
  blockOf,
  isBlock,
  isEncrypted,
  readStackFile,
  stackKey,
} from "../../config/stack-file";

/** The contents of a stack file, in the form that the SDK takes. */
export interface StackConfig {
  readonly stack: string;
  /** Values by key; blocks as JSON. */
  readonly config: Record<string, string>;
  /** The keys with an encrypted part. */
  readonly secretKeys: string[];
}

/** Replaces values that are encrypted or missing. Specs contain no secrets, so it is never printed. */
const PLACEHOLDER = "placeholder";
/** Has the structure of a Google service account's key. */
const PLACEHOLDER_KEY = {
  secure: JSON.stringify({
    type: "service_account",
    client_email: PLACEHOLDER,
    private_key: PLACEHOLDER,
  }),
};
const CREDENTIALS = stackKey("credentials");
const SELDON = stackKey("seldon");
const USE_CASES = stackKey("useCases");

/**
 * Reads a stack's configuration from its file. Nothing is decrypted: placeholders replace all
 * secrets, and credentials that are not set. If a use case is given, the stack must select it.
 */
export function readStackConfig(stack: string, useCase?: string, folder = repository): StackConfig {
  const file = readStackFile(stack, folder);
  if (file === undefined) throw new pulumi.RunError(noSuchStack(stack, folder));
  if (useCase !== undefined) requireUseCase(file, useCase, stack);
  return withPlaceholders(stack, withCredentials(file));
}

/** The configuration of a stack with a single use case. */
export function anyStackConfig(
  useCase: string,
  { project, bucket }: { readonly project: string; readonly bucket: string },
): StackConfig {
  return withPlaceholders(
    "any",
    withCredentials({
      "gcp:project": PLACEHOLDER,
      [stackKey("pachyderm")]: { address: "http://localhost", project },
      [stackKey("kubernetes")]: { context: PLACEHOLDER },
      [stackKey("detectorBucket")]: { name: bucket, location: "EU" },
      [USE_CASES]: { [useCase]: {} },
    }),
  );
}

/** The keys of a stack file in the form that the SDK takes, with placeholders for the secrets. */
export function withPlaceholders(stack: string, file: Block): StackConfig {
  const entries = Object.entries(withKeys(file));
  return {
    stack,
    config: Object.fromEntries(entries.map(([key, value]) => [key, toText(decrypt(value))])),
    secretKeys: entries.filter(([, value]) => holdsSecret(value)).map(([key]) => key),
  };
}

/**
 * Replaces encrypted keys with placeholders that have the structure of keys; others would be
 * invalid.
 */
function withKeys(file: Block): Block {
  const seldon = blockOf(file, "seldon");
  const keys = seldonSecrets.filter((key) => isEncrypted(seldon[key]));
  if (keys.length === 0) return file;
  const placeholders = Object.fromEntries(keys.map((key) => [key, PLACEHOLDER_KEY]));
  return { ...file, [SELDON]: { ...seldon, ...placeholders } };
}

export function noSuchStack(stack: string, folder: string): string {
  const stacks = readdirSync(folder).flatMap(
    (file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [],
  );
  return `stack "${stack}" does not exist: no file Pulumi.${stack}.yaml; expected one of ${stacks.join(", ")}`;
}

/** Adds all values that the user must supply, even if they are not set. */
function withCredentials(raw: Block): Block {
  const names = requiredCredentials(Object.keys(blockOf(raw, "useCases")));
  const credentials = names.map((key) => [key, { secure: PLACEHOLDER }]);
  // the credentials of models are not part of a pipeline: any key is valid
  const { googleServiceAccount: _, ...seldon } = blockOf(raw, "seldon");
  return {
    ...raw,
    [CREDENTIALS]: { ...Object.fromEntries(credentials), ...blockOf(raw, "credentials") },
    [SELDON]: {
      ...seldon,
      ...Object.fromEntries(seldonSecrets.map((key) => [key, PLACEHOLDER_KEY])),
    },
  };
}

function requireUseCase(raw: Block, useCase: string, stack: string): void {
  const useCases = blockOf(raw, "useCases");
  if (Object.hasOwn(useCases, useCase)) return;
  const names = Object.keys(useCases).join(", ") || "none";
  throw new pulumi.RunError(
    `stack "${stack}" does not select use case "${useCase}"; it selects ${names} (${USE_CASES})`,
  );
}

function decrypt(value: unknown): unknown {
  if (isEncrypted(value)) return value === PLACEHOLDER_KEY ? PLACEHOLDER_KEY.secure : PLACEHOLDER;
  if (Array.isArray(value)) return value.map(decrypt);
  if (!isBlock(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, decrypt(part)]));
}

/** Whether a value is a placeholder from `withPlaceholders`. */
export function isPlaceholder(value: string | undefined): boolean {
  return value === PLACEHOLDER;
}

function holdsSecret(value: unknown): boolean {
  if (isEncrypted(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? {});
}
