import { type ParseArgsConfig, parseArgs as parse } from "node:util";
import { didYouMean } from "../providers/kit/suggest";

/** Node.js's `parseArgs`, with one-line errors that suggest what was probably meant. */
export function parseArgs<const T extends ParseArgsConfig>(
  config: T,
  environment: NodeJS.ProcessEnv = process.env,
): ReturnType<typeof parse<T>> {
  const options = Object.keys(config.options ?? {});
  refuseSwallowed(options, config.args ?? process.argv.slice(2), environment);
  try {
    return parse(config);
  } catch (error) {
    throw new Error(describe(error as Error & { code?: string }, options));
  }
}

/** https://nodejs.org/api/errors.html#err_parse_args_invalid_option_value and below */
function describe(
  { code, message }: Error & { code?: string },
  options: readonly string[],
): string {
  const [line = ""] = message.split("\n");
  const quoted = /'(?:-\w, )?([^' ]+)/.exec(line)?.[1] ?? "";
  switch (code) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION":
      return `unknown option ${quoted}${suggestion(quoted, options)}`;
    case "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL":
      return `unexpected argument "${quoted}"`;
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      return /does not take/.test(line)
        ? `${quoted} does not take a value`
        : `${quoted} requires a value`;
    default:
      return line;
  }
}

function suggestion(option: string, options: readonly string[]): string {
  const meant = didYouMean(option.replace(/^-+/, ""), options, "--");
  if (meant !== undefined) return `; ${meant}`;
  return options.length === 0
    ? ""
    : `; expected one of ${options.map((name) => `--${name}`).join(", ")}`;
}

/** Options that are common in npm's own configuration. */
const OWN_TO_NPM = ["yes", "json", "help"];

/** `npm run NAME --option value` does not pass `--option` on: npm treats it as one of its own. */
function refuseSwallowed(
  options: readonly string[],
  args: readonly string[],
  { npm_lifecycle_event: script, ...environment }: NodeJS.ProcessEnv,
): void {
  const taken = options.find(
    (option) =>
      environment[`npm_config_${option.replaceAll("-", "_")}`] !== undefined &&
      !OWN_TO_NPM.includes(option) &&
      !args.some((arg) => arg === `--${option}` || arg.startsWith(`--${option}=`)),
  );
  if (taken === undefined || script === undefined) return;
  throw new Error(
    `npm consumed --${taken}: put the options of a script after \`--\`, as in \`npm run ${script} -- --${taken} …\``,
  );
}
