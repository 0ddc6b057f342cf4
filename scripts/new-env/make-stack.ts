/** Creates the stack and its file, or leaves nothing behind. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { readIfThere } from "../../command-line/read-if-there";
import type { Answers } from "./answers";
import type { StackCommands } from "./pulumi";
import { secretsIn, withAnswers, withComments } from "./stack-file";

export interface NewStackOptions {
  readonly stack: string;
  readonly file: string;
  readonly answers: Answers;
  readonly secretsProvider: string | undefined;
  /** Whether the backend already has the stack, without resources. */
  readonly isThere: boolean;
  readonly header: string;
  /** The descriptions of the configuration's keys. */
  readonly descriptions: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Creates the stack and its file.
 *
 * @throws Error after everything was undone; the message says so
 */
export async function makeStack(pulumi: StackCommands, options: NewStackOptions): Promise<void> {
  const { stack, file, answers, isThere, signal } = options;
  const before = readIfThere(file);
  let isOurs = false;
  try {
    if (!isThere) {
      // Pulumi leaves nothing behind of a stack that it cannot create, unless it is interrupted
      isOurs = true;
      await pulumi.createStack(stack, options.secretsProvider).catch((error: Error) => {
        isOurs = signal.aborted;
        throw error;
      });
    }
    writeFileSync(file, withAnswers(readIfThere(file) ?? "", answers));
    for (const { path, value } of secretsIn(answers)) await pulumi.setSecret(stack, path, value);
    const complete = readFileSync(file, "utf8");
    writeFileSync(file, withComments(complete, options.header, options.descriptions));
    signal.throwIfAborted();
  } catch (error) {
    const undone = await undo(pulumi.with({ signal: undefined }), { stack, file, isOurs, before });
    throw new Error(`${(error as Error).message}; ${undone}`);
  }
}

interface Made {
  readonly stack: string;
  readonly file: string;
  /** Whether the stack was created here. */
  readonly isOurs: boolean;
  /** The previous content of the file. */
  readonly before: string | undefined;
}

/** Undoes what was created, and says what remains. */
async function undo(pulumi: StackCommands, { stack, file, isOurs, before }: Made): Promise<string> {
  try {
    if (isOurs && (await pulumi.stacks()).some(({ name }) => name === stack)) {
      await pulumi.removeStack(stack); // with its file
    }
    if (before === undefined) rmSync(file, { force: true });
    else writeFileSync(file, before);
  } catch (error) {
    return `what was created could not be removed (${(error as Error).message}): run \`pulumi stack rm ${stack}\` to remove it`;
  }
  const fileNow = before === undefined ? "no stack file remains" : `${basename(file)} is unchanged`;
  return isOurs ? `stack ${stack} was not created, and ${fileNow}` : `${fileNow}`;
}
