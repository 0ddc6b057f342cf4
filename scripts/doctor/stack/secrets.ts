import { parse } from "yaml";
import { isKubeconfigText, isSecret } from "../../../config/secrets";
import { type Block, isBlock, isEncrypted, NAMESPACE } from "../../../config/stack-file";
import type { StackConfig } from "../../render/stack-file";

/** Fields of keys and kubeconfigs that are always secret. */
const SECRET_FIELD =
  /^(private_key|private_key_id|refresh_token|client_secret|token|password|client-key-data)$/;

/**
 * The plain secrets of a stack: what its file has encrypted, and what must be. Without the file,
 * the whole value of a key with a secret counts as secret.
 */
export function secretsIn({ config, secretKeys }: StackConfig, file: Block | undefined): string[] {
  const found = Object.entries(config).flatMap(([key, text]) => {
    const isWhole = file === undefined && secretKeys.includes(key);
    const [namespace, own = ""] = key.split(":");
    const path = namespace === NAMESPACE ? [own] : [key];
    return secretsBelow(path, parseJson(text), isWhole || file?.[key]);
  });
  return [...new Set(found)].filter((secret) => secret !== "");
}

/** The secrets that programs read from the environment. */
export function environmentSecrets(variables: NodeJS.ProcessEnv): string[] {
  const names = [
    "PACHYDERM_TOKEN",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_ACCESS_TOKEN",
    "GOOGLE_CREDENTIALS",
    "GOOGLE_OAUTH_ACCESS_TOKEN",
  ];
  return names.flatMap((name) => variables[name]?.trim() || []);
}

/** @param stored what the file has for the value; true: all of it is secret */
function secretsBelow(path: readonly string[], value: unknown, stored: unknown): string[] {
  const all = stored === true || isEncrypted(stored) || mustBeSecret(path, value);
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, part]) => {
      const below = isBlock(stored) || Array.isArray(stored) ? (stored as Block)[key] : undefined;
      return secretsBelow([...path, key], part, all || below);
    });
  }
  if (!all) return [];
  const text = String(value);
  return [text, ...secretFields(text)];
}

function mustBeSecret(path: readonly string[], value: unknown): boolean {
  if (path.length < 2 || !isSecret(path)) return false;
  // the path of a kubeconfig is not a secret
  return path[1] !== "kubeconfig" || isKubeconfigText(String(value));
}

/** The secret fields of a text that is JSON or YAML itself, such as a service account's key. */
function secretFields(text: string): string[] {
  if (!/[\n{]/.test(text)) return [];
  try {
    return fieldsOf(parse(text));
  } catch {
    return [];
  }
}

function fieldsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    typeof part === "string" ? (SECRET_FIELD.test(key) ? [part] : []) : fieldsOf(part),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
