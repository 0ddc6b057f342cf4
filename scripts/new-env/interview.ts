/** Prompts for missing values one by one, and checks each answer immediately. */
import { formatPath, type Problem } from "../../config/messages";
import { registeredUseCases } from "../../config/registry";
import { isSecret } from "../../config/secrets";
import { type Answers, answered, isSame, problemsOf, shortProblem } from "./answers";
import {
  credentialQuestions,
  isAnswered,
  isFlag,
  type Question,
  questions,
  SERVING_KEY,
  selectedUseCases,
} from "./questions";

/** The user who answers questions. */
export interface Respondent {
  /** @param hidden whether the typed text is not shown */
  ask(question: string, hidden?: boolean): Promise<string>;
  say(line: string): void;
}

export interface Hints {
  /** The contexts of the kubeconfig, the current one first. */
  readonly contexts: readonly string[];
  /** Pachyderm's address, if the environment has it. */
  readonly address?: string | undefined;
  /** Reads the key of a Google service account. */
  readonly readKey: (file: string) => string;
}

/** The questions about keys that the configuration requires and does not have. */
export function openQuestions(answers: Answers): Question[] {
  const problems = problemsOf(answers);
  return [...questions, ...credentialQuestions(answers)].filter(
    (question) =>
      !isAnswered(answers, question) && problems.some(({ path }) => isSame(path, question.path)),
  );
}

/** The problems of the answers, except for questions that are still open. */
export function wrongAnswers(answers: Answers): Problem[] {
  const open = [...questions, ...credentialQuestions(answers)].filter(
    (question) => !isAnswered(answers, question),
  );
  return problemsOf(answers).filter(
    (problem) => !open.some((question) => isSame(problem.path, question.path)),
  );
}

/** Asks until the answers are complete. */
export async function interview(
  given: Answers,
  respondent: Respondent,
  hints: Hints,
): Promise<Answers> {
  let answers = given;
  if (selectedUseCases(answers).length === 0) answers = await askUseCases(answers, respondent);
  for (const question of questions) {
    const needed = question.otherwise !== undefined || openQuestions(answers).includes(question);
    if (isAnswered(answers, question) || question.when?.(answers) === false || !needed) continue;
    answers = await askOne(question, answers, respondent, hints);
  }
  for (const question of credentialQuestions(answers)) {
    if (isAnswered(answers, question)) continue;
    answers = await askOne(question, answers, respondent, hints);
  }
  return answers;
}

async function askUseCases(answers: Answers, respondent: Respondent): Promise<Answers> {
  for (;;) {
    const text = await respondent.ask(
      `useCases, one or more of ${Object.keys(registeredUseCases()).join(", ")}: `,
    );
    const names = text.split(/[\s,]+/).filter((name) => name !== "");
    const next = names.reduce((all, name) => answered(all, ["useCases", name], {}), answers);
    if (names.length > 0 && isRight(next, respondent)) return next;
  }
}

async function askOne(
  question: Question,
  answers: Answers,
  respondent: Respondent,
  hints: Hints,
): Promise<Answers> {
  const { path, otherwise } = question;
  const fallback = suggestionFor(question, hints);
  const shown = fallback ?? otherwise;
  const prompt = [
    `${formatPath(path)}, ${question.about}${isFlag(question) ? ": true or false" : ""}`,
    ...(path[0] === "kubernetes" && hints.contexts.length > 1
      ? [`, of ${hints.contexts.join(", ")}`]
      : []),
    ...(shown === undefined ? [] : [` [${shown}]`]),
    ": ",
  ].join("");
  for (;;) {
    const typed = await respondent.ask(prompt, question !== SERVING_KEY && isSecret(path));
    if (typed === "" && otherwise !== undefined) return answers;
    const next = take(
      question,
      typed === "" ? (fallback ?? "") : typed,
      answers,
      respondent,
      hints,
    );
    if (next !== undefined && isRight(next, respondent)) return next;
  }
}

/** The answer for Enter. */
function suggestionFor({ path }: Question, { contexts, address }: Hints): string | undefined {
  const suggestions = { "kubernetes.context": contexts[0], "pachyderm.address": address };
  return new Map(Object.entries(suggestions)).get(formatPath(path));
}

/** Adds the typed answer; undefined if it cannot be read. */
function take(
  question: Question,
  typed: string,
  answers: Answers,
  respondent: Respondent,
  { readKey }: Hints,
): Answers | undefined {
  if (question !== SERVING_KEY)
    return answered(answers, question.path, typedValue(question, typed));
  try {
    return answered(answers, question.path, readKey(typed));
  } catch (error) {
    respondent.say(`  ${(error as Error).message}`);
    return undefined;
  }
}

function typedValue(question: Question, typed: string): string | boolean {
  return isFlag(question) && /^(true|false)$/.test(typed) ? typed === "true" : typed;
}

function isRight(answers: Answers, respondent: Respondent): boolean {
  const problems = wrongAnswers(answers);
  for (const problem of problems) {
    respondent.say(`  ${formatPath(problem.path)} ${shortProblem(problem)}`);
  }
  return problems.length === 0;
}
