/** Makes the stack and its file, or leaves nothing. */
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
  /** Whether the backend has the stack already, without resources. */
  readonly isThere: boolean;
  readonly header: string;
  /** What the keys of the configuration mean. */
  readonly descriptions: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Makes the stack and its file.
 *
 * @throws Error after all of it was taken back; the message says so
 */
export async function makeStack(pulumi: StackCommands, options: NewStackOptions): Promise<void> {
  const { stack, file, answers, isThere, signal } = options;
  const before = readIfThere(file);
  let isOurs = false;
  try {
    if (!isThere) {
      // Pulumi leaves nothing of a stack that it cannot make, unless it is interrupted
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
  /** Whether the stack was made here. */
  readonly isOurs: boolean;
  /** What the file held before. */
  readonly before: string | undefined;
}

/** Takes back what was made, and says what is left. */
async function undo(pulumi: StackCommands, { stack, file, isOurs, before }: Made): Promise<string> {
  try {
    if (isOurs && (await pulumi.stacks()).some(({ name }) => name === stack)) {
      await pulumi.removeStack(stack); // with its file
    }
    if (before === undefined) rmSync(file, { force: true });
    else writeFileSync(file, before);
  } catch (error) {
    return `and what was created could not be removed (${(error as Error).message}): \`pulumi stack rm ${stack}\` removes it`;
  }
  const fileNow = before === undefined ? "no file of it remains" : `${basename(file)} is unchanged`;
  return isOurs ? `the stack ${stack} was not created, and ${fileNow}` : `${fileNow}`;
}
