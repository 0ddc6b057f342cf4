import { type Block, configurationIn, readWholeStackFile } from "../../config/stack-file";
import { initCommand, secretsProviderOf } from "../init-command";
import { type Answers, answersIn } from "./answers";
import type { ListedStack } from "./pulumi";

/** The existing parts of a stack that has not been created yet. */
export interface Existing {
  /** Whether the backend has it, without resources. */
  readonly isThere: boolean;
  readonly file: Block;
  /** The configuration in its file. */
  readonly answers: Answers;
}

/**
 * Finds existing parts of the stack: a stack without resources or a file without secrets, which are
 * both completed, or nothing.
 *
 * @throws Error if the stack has resources, or if the file belongs to a stack elsewhere
 */
export function readExisting(
  stack: string,
  folder: string,
  { stacks, backend }: { readonly stacks: readonly ListedStack[]; readonly backend: string },
): Existing {
  const listed = stacks.find(({ name }) => name === stack);
  const count = listed?.resourceCount ?? 0;
  if (count > 0) {
    throw new Error(
      `stack ${stack} already exists, with ${count} resources: change it with \`pulumi config set --stack ${stack} …\`; \`pulumi preview --stack ${stack}\` reports missing keys`,
    );
  }
  const file = readWholeStackFile(stack, folder) ?? {};
  const isEncrypted = ENCRYPTION.some((key) => key in file);
  if (listed === undefined && isEncrypted) {
    const again = initCommand(stack, secretsProviderOf(file));
    throw new Error(
      `Pulumi.${stack}.yaml belongs to a stack that does not exist in ${backend}: log in to its backend (\`pulumi login\`); if the stack was removed, create it again with ${again}, or delete the file`,
    );
  }
  return {
    isThere: listed !== undefined,
    file,
    answers: answersIn(configurationIn(file)),
  };
}

/** The keys of a stack file that say how its secrets are encrypted. */
const ENCRYPTION = ["encryptionsalt", "encryptedkey", "secretsprovider"];
