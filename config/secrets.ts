import * as pulumi from "@pulumi/pulumi";
import { type ConfigPath, type Problem, setCommand } from "./messages";
import type { Key, Values } from "./schema";
import { type Block, isBlock, stackKey } from "./stack-file";

/** The secrets of the `seldon` block. */
export const seldonSecrets = ["serviceAccountKey", "storageKey"] as const;

export type SeldonSecret = (typeof seldonSecrets)[number];

/** The keys with secrets in them: a text in place of their blocks may be one of those. */
const WITH_SECRETS: readonly unknown[] = ["credentials", "kubernetes", "seldon"];

/** Whether the value at a path must not be shown. */
export function isSecret([key, part]: ConfigPath): boolean {
  if (part === undefined) return WITH_SECRETS.includes(key);
  if (key === "credentials") return true;
  return part === "kubeconfig" || seldonSecrets.some((secret) => secret === part);
}

/** Whether it is a kubeconfig itself, with its credentials, rather than the path of one. */
export function isKubeconfigText(kubeconfig: string | undefined): kubeconfig is string {
  return kubeconfig !== undefined && /[\n{]|apiVersion:/.test(kubeconfig);
}

/**
 * Secrets that stand in clear, for all who read the repository. The SDK tells only whether a key
 * has an encrypted part; which parts are not, the stack file tells. Where that is elsewhere, one
 * encrypted value lets those beside it pass.
 */
export function checkEncryption(values: Partial<Values>, file: Block): Problem[] {
  return secretValues(values)
    .filter(([key, name, value]) => {
      if (value === "") return false; // nothing to hide: a token where auth is off
      const block = file[stackKey(key)];
      return !isEncrypted(key) || (isBlock(block) && block[name] === value);
    })
    .map(([key, name]) => {
      const command = setCommand([key, name], { secret: true });
      const text = `is in clear; encrypt it, and change what was readable: ${command}`;
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

/** Whether any part of the key's value is encrypted; the SDK can't tell which. */
function isEncrypted(key: Key): boolean {
  // there, but not in the SDK's types: the public getters only warn
  const { isConfigSecret } = pulumi.runtime as unknown as {
    isConfigSecret(key: string): boolean;
  };
  return isConfigSecret(stackKey(key));
}
