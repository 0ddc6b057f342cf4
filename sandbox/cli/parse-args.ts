import { type ParseArgsConfig, parseArgs as parse } from "node:util";
import { nearest } from "../../providers/kit/suggest";

/** `parseArgs` of Node.js, whose errors are one line that says what was probably meant. */
export function parseArgs<const T extends ParseArgsConfig>(
  config: T,
  environment: NodeJS.ProcessEnv = process.env,
): ReturnType<typeof parse<T>> {
  try {
    return parse(config);
  } catch (error) {
    const options = Object.keys(config.options ?? {});
    throw new Error(describe(error as Error & { code?: string }, options, environment));
  }
}

/** https://nodejs.org/api/errors.html#err_parse_args_invalid_option_value and below */
function describe(
  { code, message }: Error & { code?: string },
  options: readonly string[],
  environment: NodeJS.ProcessEnv,
): string {
  const [line = ""] = message.split("\n");
  const quoted = /'(?:-\w, )?([^' ]+)/.exec(line)?.[1] ?? "";
  switch (code) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION":
      return `unknown option ${quoted}${suggestion(quoted, options)}`;
    case "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL":
      return `unexpected argument "${quoted}"${swallowed(options, environment)}`;
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      return /does not take/.test(line)
        ? `${quoted} does not take a value`
        : `${quoted} requires a value`;
    default:
      return line;
  }
}

function suggestion(option: string, options: readonly string[]): string {
  const meant = nearest(option.replace(/^-+/, ""), options);
  if (meant !== undefined) return `; did you mean --${meant}?`;
  return options.length === 0
    ? ""
    : `; expected one of ${options.map((name) => `--${name}`).join(", ")}`;
}

/** `npm run NAME --option value` passes only `value`: npm takes the option for one of its own. */
function swallowed(options: readonly string[], environment: NodeJS.ProcessEnv): string {
  const taken = options.find(
    (option) => environment[`npm_config_${option.replaceAll("-", "_")}`] !== undefined,
  );
  const script = environment.npm_lifecycle_event;
  if (taken === undefined || script === undefined) return "";
  return `: npm took --${taken} for an option of its own; options come after \`--\`, as in \`npm run ${script} -- --${taken} …\``;
}
