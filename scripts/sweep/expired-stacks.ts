import { join } from "node:path";
import { readWholeStackFile, stackFileName } from "../../config/stack-file";
import { initCommand, secretsProviderOf } from "../init-command";
import { isGenerated } from "../preview-env/ownership";
import type { ExpiredStack } from "./expired";
import { type Removal, type Removed, removeEach } from "./removal";
import { formatStack, type StackName } from "./stacks";

/** Destroys and removes stacks with the Pulumi CLI. */
export interface StackRemover {
  /** The folder of the stack files. */
  readonly folder: string;
  destroyStack(stack: StackName, onOutput: (text: string) => void): Promise<void>;
  removeStack(
    stack: string,
    options: { readonly keepFile: boolean },
    onOutput: (text: string) => void,
  ): Promise<void>;
}

/** The name of a stack in messages. */
export const stackTitle = (stack: StackName) => `stack ${formatStack(stack)}`;

/** Destroys and removes expired stacks one by one; after a failure, it continues with the next. */
export async function destroyExpired(
  expired: readonly ExpiredStack[],
  pulumi: StackRemover,
  removal: Removal<ExpiredStack>,
): Promise<Removed> {
  const { report } = removal;
  const pass = (text: string) => report(text.trimEnd());
  return await removeEach(expired, {
    ...removal,
    name: stackTitle,
    remove: async (expiredStack) => {
      const { stack } = expiredStack;
      const name = formatStack(expiredStack);
      const path = join(pulumi.folder, stackFileName(stack));
      report(`destroying stack ${name}`);
      await pulumi.destroyStack(expiredStack, pass);
      await pulumi.removeStack(name, { keepFile: !isGenerated(path) }, pass);
      report(`destroyed and removed stack ${name}`);
      const file = readWholeStackFile(stack, pulumi.folder);
      if (file === undefined) return;
      const again = initCommand(stack, secretsProviderOf(file));
      report(`kept ${stackFileName(stack)}: delete it, or create the stack again with ${again}`);
    },
  });
}
