/**
 * Creates an environment, which is one stack: `npm run new-env -- NAME`. It asks for the required
 * configuration, writes the stack's file, and runs the doctor.
 */

// before the SDK is loaded: skips the modules that this program does not use
import "../program/sdk-workarounds";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { untilInterrupted } from "../command-line/interruption";
import { repository } from "../command-line/repository";
import { withStack } from "../config/named-stack";
import { stackFileName } from "../config/stack-file";
import { runDoctor } from "./doctor/run-doctor";
import { type Answers, withAll } from "./new-env/answers";
import { type Arguments, readArguments } from "./new-env/arguments";
import { kubeconfigContexts } from "./new-env/contexts";
import { readServingKey, withCredentials, withServingKey } from "./new-env/credentials";
import { readExisting } from "./new-env/existing";
import { type Hints, interview, type Respondent, wrongAnswers } from "./new-env/interview";
import { makeStack } from "./new-env/make-stack";
import { missingOptions, PASSPHRASE_LINE, wrongAnswer } from "./new-env/missing";
import { askPassphrase, lacksPassphrase, PASSPHRASE } from "./new-env/passphrase";
import { Pulumi } from "./new-env/pulumi";
import { questions } from "./new-env/questions";
import { openTerminal } from "./new-env/terminal";
import { runScript } from "./run-script";

/** The exit code of shells after Ctrl-C. */
const INTERRUPTED = 130;

/** The user interrupted the questions. */
class Interrupted extends Error {}

async function main(): Promise<number> {
  const options = readArguments(process.argv.slice(2));
  const { signal } = untilInterrupted();
  try {
    return await newEnvironment(options, signal);
  } catch (error) {
    if (!signal.aborted && !(error instanceof Interrupted)) throw error;
    console.error(`new-env: ${(error as Error).message}`);
    return INTERRUPTED;
  }
}

/** Creates the environment, and returns the doctor's exit code. */
async function newEnvironment(options: Arguments, signal: AbortSignal): Promise<number> {
  const { stack, secretsProvider } = options;
  const pulumi = new Pulumi({ cwd: repository, env: process.env, signal });
  const given = givenAnswers(options);
  const backend = await pulumi.backend();
  const existing = readExisting(stack, repository, { stacks: await pulumi.stacks(), backend });
  const answers = withAll(existing.answers, given);
  const fileName = stackFileName(stack);
  const isLocked = lacksPassphrase({
    backend,
    secretsProvider,
    file: existing.file,
    env: process.env,
  });
  const missing = missingOptions(answers);
  const wrong = wrongAnswers(answers).map((problem) =>
    withStack(wrongAnswer(problem, given, { file: fileName }), stack),
  );
  refuse([
    ["invalid answers", wrong],
    [
      "missing options (on a terminal, new-env prompts for them)",
      isTerminal() ? [] : [...missing, ...(isLocked ? [PASSPHRASE_LINE] : [])],
    ],
  ]);

  const complete =
    missing.length === 0 && !isLocked
      ? { answers, passphrase: undefined }
      : await onTerminal(signal, async (respondent) => ({
          answers:
            missing.length === 0 ? answers : await interview(answers, respondent, await hints()),
          passphrase: isLocked ? await askPassphrase(respondent, !existing.isThere) : undefined,
        }));

  const { passphrase = process.env[PASSPHRASE] } = complete;
  const env = { ...process.env, ...(passphrase !== undefined && { [PASSPHRASE]: passphrase }) };
  await makeStack(pulumi.with({ env }), {
    stack,
    file: join(repository, fileName),
    answers: complete.answers,
    secretsProvider,
    isThere: existing.isThere,
    header: `The configuration of ${stack}, written by \`npm run new-env\`. Change it here or with \`pulumi config set --stack ${stack}\`; a preview reports mistakes. All keys: docs/configuration.md.`,
    descriptions: describeKeys(),
    signal,
  });
  await pulumi.with({ env }).selectStack(stack);
  process.stdout.write(`Wrote ${fileName}; stack ${stack} exists and is selected.\n`);
  if (!options.doctor) return 0;
  Object.assign(process.env, env); // the doctor decrypts the configuration
  return await runDoctor(stack);
}

function givenAnswers({ answers, credentials, servingKey }: Arguments): Answers {
  return withServingKey(withCredentials(answers, credentials), servingKey);
}

function isTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

async function hints(): Promise<Hints> {
  const address = process.env.PACHYDERM_ADDRESS;
  return { contexts: await kubeconfigContexts(), address, readKey: readServingKey };
}

/** Prompts the user on the terminal. */
async function onTerminal<T>(
  signal: AbortSignal,
  talk: (respondent: Respondent) => Promise<T>,
): Promise<T> {
  const terminal = openTerminal(process.stdin, process.stdout, signal);
  try {
    return await talk(terminal);
  } catch (error) {
    if ((error as Error).name !== "AbortError") throw error;
    throw new Interrupted("interrupted; nothing was created");
  } finally {
    terminal.close();
  }
}

/** Throws an error with all lists that are not empty, each below its heading. */
function refuse(lists: readonly (readonly [heading: string, lines: readonly string[]])[]): void {
  const shown = lists
    .filter(([, lines]) => lines.length > 0)
    .map(([heading, lines]) => `${heading}:${lines.map((line) => `\n  ${line}`).join("")}`);
  if (shown.length > 0) throw new Error(shown.join("\n"));
}

/**
 * The descriptions of the keys, from Pulumi.yaml, or from the questions for keys of Pulumi's own
 * providers.
 */
function describeKeys(): Record<string, string> {
  const { config } = parse(readFileSync(join(repository, "Pulumi.yaml"), "utf8")) as {
    config: Record<string, { description?: string }>;
  };
  const own = Object.entries(config).map(([key, { description = "" }]) => [key, description]);
  const others = questions.filter(({ path: [key] }) => String(key).includes(":"));
  return Object.fromEntries([...own, ...others.map(({ path: [key], about }) => [key, about])]);
}

runScript("new-env", main);
