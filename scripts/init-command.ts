import { shellLine } from "../components/common/shell-line";
import type { Block } from "../config/stack-file";

/**
 * The secrets provider of a stack's file, as `pulumi stack init` takes it; undefined if the file
 * does not name one.
 */
export function secretsProviderOf({ secretsprovider, encryptionsalt }: Block): string | undefined {
  if (typeof secretsprovider === "string" && secretsprovider !== "") return secretsprovider;
  return encryptionsalt === undefined ? undefined : "passphrase";
}

/** The arguments of `pulumi` that create a stack. */
export function stackInit(stack: string, secretsProvider: string | undefined): string[] {
  const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
  return ["stack", "init", stack, ...provider];
}

/**
 * The command that creates the stack of a stack file in a backend that does not have it. Without
 * the file's secrets provider, the CLI would replace it with a passphrase, and the secrets in the
 * file would be lost.
 */
export function initCommand(stack: string, secretsProvider: string | undefined): string {
  return `\`${shellLine(["pulumi", ...stackInit(stack, secretsProvider)])}\``;
}
