/** Options that are missing or not valid, for runs that cannot prompt on a terminal. */

import { fullKey, type Problem } from "../../config/messages";
import { registeredUseCases } from "../../config/registry";
import { partAt } from "../../providers/kit/property-path";
import { type Answers, isSame, shortProblem } from "./answers";
import { CREDENTIALS, SECRETS_PROVIDER, USE_CASE } from "./arguments";
import { openQuestions } from "./interview";
import { PASSPHRASE } from "./passphrase";
import { questions, selectedUseCases } from "./questions";

const line = (option: string, about: string) => `${option.padEnd(28)} ${about}`;

/** The line for the passphrase that encrypts the secrets. */
export const PASSPHRASE_LINE = line(
  PASSPHRASE,
  `as an environment variable, or --${SECRETS_PROVIDER} gcpkms://…`,
);

/** One line for each option that is missing. */
export function missingOptions(answers: Answers): string[] {
  const open = openQuestions(answers);
  const credentials = open.filter(({ option }) => option === undefined);
  const names = credentials.map(({ path }) => path.at(-1)).join(", ");
  return [
    ...(selectedUseCases(answers).length === 0
      ? [
          line(
            `--${USE_CASE} NAME`,
            `one of ${Object.keys(registeredUseCases()).join(", ")}; can be repeated`,
          ),
        ]
      : []),
    ...open
      .filter(({ option }) => option !== undefined)
      .map(({ option, value, about }) => line(`--${option} ${value}`, about)),
    ...(credentials.length === 0
      ? []
      : [line(`--${CREDENTIALS} FILE`, `a JSON file (- for standard input) with ${names}`)]),
  ];
}

/** A problem, with the option or the file that set the value. */
export function wrongAnswer(
  problem: Problem,
  options: Answers,
  { file }: { readonly file: string },
): string {
  const question = questions.find(({ path }) => isSame(path, problem.path));
  const isGiven = partAt(options, problem.path) !== undefined;
  if (isGiven && question?.option !== undefined)
    return `--${question.option} ${shortProblem(problem)}`;
  const [key, name] = problem.path;
  if (isGiven && key === "useCases") return `--${USE_CASE}: ${name} ${shortProblem(problem)}`;
  if (isGiven && key === "credentials") return `--${CREDENTIALS}: ${name} ${shortProblem(problem)}`;
  return `${file}: ${fullKey(problem.path)} ${problem.text}`;
}
