import { shellLine } from "../components/common/shell-line";
import type { Block } from "../config/stack-file";

/** What encrypts the secrets in a stack's file, as `pulumi stack init` takes it; undefined if the file does not say it. */
export function secretsProviderOf({ secretsprovider, encryptionsalt }: Block): string | undefined {
  if (typeof secretsprovider === "string" && secretsprovider !== "") return secretsprovider;
  return encryptionsalt === undefined ? undefined : "passphrase";
}

/** The arguments of `pulumi` that make a stack. */
export function stackInit(stack: string, secretsProvider: string | undefined): string[] {
  const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
  return ["stack", "init", stack, ...provider];
}

/**
 * The command that makes the stack of a stack file in a backend that does not have it. Without the
 * provider of the file, the CLI replaces it by a passphrase, and the secrets in the file are lost.
 */
export function initCommand(stack: string, secretsProvider: string | undefined): string {
  return `\`${shellLine(["pulumi", ...stackInit(stack, secretsProvider)])}\``;
}
