import type { ParseArgsConfig } from "node:util";
import { readWithPositionals } from "../script-arguments";
import { type Answers, answered } from "./answers";
import { type Question, questions, SERVING_KEY } from "./questions";

export interface Arguments {
  readonly stack: string;
  /** The answers from options. */
  readonly answers: Answers;
  /** The file with the credentials as JSON; `-` is standard input. */
  readonly credentials: string | undefined;
  readonly servingKey: string | undefined;
  readonly secretsProvider: string | undefined;
  /** Whether to run the doctor at the end. */
  readonly doctor: boolean;
}

const optionLine = ({ option = "", value, about }: Question) =>
  `  ${`--${option}${value === undefined ? "" : ` ${value}`}`.padEnd(31)} ${about}`;

export const USE_CASE = "use-case";
export const CREDENTIALS = "credentials";
export const SECRETS_PROVIDER = "secrets-provider";

export const usage = `usage: npm run new-env -- NAME [OPTIONS]

Creates the stack NAME: writes Pulumi.NAME.yaml with comments and encrypted secrets, and runs the
doctor. If required values are missing, it prompts on a terminal for everything that the options
do not set. If the stack cannot be created, nothing is left behind.

  --use-case NAME                 a use case of the stack; can be repeated
${questions.map(optionLine).join("\n")}
  --credentials FILE              a JSON file (- for standard input) with the pipelines' credentials
                                  by key, such as {"det_master": "…"}; no option takes a secret
  --secrets-provider PROVIDER     the provider that encrypts the secrets, such as gcpkms://…, see
                                  \`pulumi stack init --help\`; for passphrase, set
                                  PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE
  --no-doctor                     skips the doctor

Exit codes: 0 the stack exists; 1 it could not be created; 7 it exists, but a check of the doctor
failed; 130 interrupted, nothing is left behind
`;

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Reads the command line; only its syntax is checked. */
export function readArguments(args: readonly string[]): Arguments {
  const own: Options = {
    [USE_CASE]: { type: "string", multiple: true },
    [CREDENTIALS]: { type: "string" },
    [SECRETS_PROVIDER]: { type: "string" },
    "no-doctor": { type: "boolean" },
  };
  const options: Options = { ...own, ...Object.fromEntries(questions.map(optionOf)) };
  const { values: read, positionals } = readWithPositionals(usage, options, args);
  const values = read as Readonly<Record<string, unknown>>; // its options are not literals
  const [stack, unexpected] = positionals;
  if (stack === undefined) throw new Error(`expected the name of the stack\n${usage}`);
  if (unexpected !== undefined) throw new Error(`unexpected argument "${unexpected}"\n${usage}`);
  const text = (name: string) => values[name] as string | undefined;
  return {
    stack: checkStackName(stack),
    answers: answersOf(values),
    credentials: text(CREDENTIALS),
    servingKey: text(SERVING_KEY.option ?? ""),
    secretsProvider: text(SECRETS_PROVIDER),
    doctor: values["no-doctor"] !== true,
  };
}

function optionOf({ option = "", value }: Question) {
  return [option, { type: value === undefined ? "boolean" : "string" } as const] as const;
}

function answersOf(values: Readonly<Record<string, unknown>>): Answers {
  const names = (values[USE_CASE] ?? []) as string[];
  const given = questions.filter(
    ({ option = "" }) => option !== SERVING_KEY.option && values[option] !== undefined,
  );
  return given.reduce(
    (answers, { path, option = "" }) => answered(answers, path, values[option]),
    names.reduce((answers, name) => answered(answers, ["useCases", name], {}), {} as Answers),
  );
}

/** Pulumi's own rule, and one file for each stack. */
function checkStackName(name: string): string {
  if (/^[\w.-]{1,100}$/.test(name)) return name;
  const organization = name.includes("/")
    ? "; omit the organization, which `pulumi org set-default ORGANIZATION` sets"
    : "";
  throw new Error(
    `"${name}" is not a valid stack name; expected up to 100 letters, digits, -, _ and .${organization}`,
  );
}
