import { secretsProviderOf } from "../init-command";
import type { Respondent } from "./interview";

/** The variable that Pulumi reads; an empty value is a valid passphrase, too. */
export const PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE";

interface Encryption {
  readonly backend: string;
  readonly secretsProvider: string | undefined;
  /** The stack's file; empty if there is none yet. */
  readonly file: Readonly<Record<string, unknown>>;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Whether the stack's secrets are encrypted with a passphrase that the environment does not set.
 */
export function lacksPassphrase({ backend, secretsProvider, file, env }: Encryption): boolean {
  if (env[PASSPHRASE] !== undefined || env[`${PASSPHRASE}_FILE`] !== undefined) return false;
  if (typeof file.encryptionsalt === "string") return true;
  const own = secretsProvider ?? secretsProviderOf(file);
  // Pulumi Cloud encrypts with its own keys
  return own === "passphrase" || ((own ?? "default") === "default" && !/^https?:/.test(backend));
}

/** Prompts for the passphrase of a stack, twice for a new stack. */
export async function askPassphrase(respondent: Respondent, isNew: boolean): Promise<string> {
  for (;;) {
    const passphrase = await respondent.ask("passphrase for the stack's secrets: ", true);
    if (!isNew) return passphrase;
    const again = await respondent.ask("repeat the passphrase: ", true);
    if (passphrase !== "" && again === passphrase) return passphrase;
    respondent.say(
      passphrase === "" ? "  the passphrase is empty" : "  the passphrases do not match",
    );
  }
}
