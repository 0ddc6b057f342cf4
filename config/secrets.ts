import * as pulumi from "@pulumi/pulumi";
import { type ConfigPath, type Problem, setCommand } from "./messages";
import type { Key, Values } from "./schema";
import { type Block, isBlock, stackKey } from "./stack-file";

/** The secrets of the `seldon` block. */
export const seldonSecrets = ["serviceAccountKey", "storageKey"] as const;

export type SeldonSecret = (typeof seldonSecrets)[number];

/** Keys with secrets: a string in place of such a block may be a secret. */
const WITH_SECRETS: readonly unknown[] = ["credentials", "kubernetes", "seldon"];

/** Whether the value at a path must not be shown. */
export function isSecret([key, part]: ConfigPath): boolean {
  if (part === undefined) return WITH_SECRETS.includes(key);
  if (key === "credentials") return true;
  return part === "kubeconfig" || seldonSecrets.some((secret) => secret === part);
}

/** Whether the value is a kubeconfig itself, with credentials, rather than a path. */
export function isKubeconfigText(kubeconfig: string | undefined): kubeconfig is string {
  return kubeconfig !== undefined && /[\n{]|apiVersion:/.test(kubeconfig);
}

/**
 * Secrets that are stored in plain text, visible to everyone who can read the repository. The SDK
 * only knows whether any part of a key is encrypted, so the stack file is checked too. If that file
 * is elsewhere, a plain-text value beside an encrypted one is not detected.
 */
export function checkEncryption(values: Partial<Values>, file: Block): Problem[] {
  return secretValues(values)
    .filter(([key, name, value]) => {
      if (value === "") return false; // an empty token, if auth is off, is not a secret
      const block = file[stackKey(key)];
      return !isEncrypted(key) || (isBlock(block) && block[name] === value);
    })
    .map(([key, name]) => {
      const command = setCommand([key, name], { secret: true });
      const text = `is stored in plain text: encrypt it and rotate the exposed value: ${command}`;
      return { path: [key, name], text };
    });
}

type SecretValue = readonly [key: Key, name: string, value: string];

function secretValues({ credentials = {}, kubernetes, seldon }: Partial<Values>): SecretValue[] {
  const { kubeconfig } = kubernetes ?? {};
  return [
    ...Object.entries(credentials).map(([name, value]) => ["credentials", name, value] as const),
    ...seldonSecrets.flatMap((name) => {
      const value = seldon?.[name];
      return value === undefined ? [] : [["seldon", name, value] as const];
    }),
    ...(isKubeconfigText(kubeconfig) ? [["kubernetes", "kubeconfig", kubeconfig] as const] : []),
  ];
}

/** Whether any part of the key's value is encrypted; the SDK does not know which. */
function isEncrypted(key: Key): boolean {
  // not in the SDK's types, whose public getters only warn
  const { isConfigSecret } = pulumi.runtime as unknown as {
    isConfigSecret(key: string): boolean;
  };
  return isConfigSecret(stackKey(key));
}
