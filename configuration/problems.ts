import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { nearest } from "../provider-kit/suggest";

/** The namespace of this project's configuration keys. */
export const NAMESPACE = "pachyderm-seldon";

/** Something wrong with one configuration key. */
export interface Problem {
  /** The key and the path in its value, such as `["credentials", "det_user"]`. */
  readonly path: readonly string[];
  /** What was found and what to do: words that follow the key. */
  readonly text: string;
}

/** The command that sets a key; the value of a secret is asked for, so that no history keeps it. */
export function setCommand(path: readonly string[], options: { secret?: boolean } = {}): string {
  const flags = [options.secret && "--secret", path.length > 1 && "--path"].filter(Boolean);
  const value = options.secret ? [] : ["VALUE"];
  return `\`${["pulumi config set", ...flags, quoted(formatPath(path)), ...value].join(" ")}\``;
}

/** The path as `pulumi config --path` takes it; places in lists and names with dots go in brackets. */
export function formatPath(path: readonly string[]): string {
  return path
    .map((part, index) => {
      if (/^\d+$/.test(part)) return `[${part}]`;
      if (!/^[\w:-]+$/.test(part)) return `["${part.replaceAll('"', '\\"')}"]`;
      return index === 0 ? part : `.${part}`;
    })
    .join("");
}

/** Single quotes where a shell would read more into the text. */
function quoted(text: string): string {
  return /^[\w.:-]+$/.test(text) ? text : `'${text}'`;
}

/** Ends the program with all problems in one message, one line each, and no stack trace. */
export function refuse(problems: readonly Problem[]): never {
  const lines = problems.map(({ path, text }) => `${fullKey(path)} ${text}`);
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) throw new pulumi.RunError(only);
  const list = lines.map((line) => `\n  ${line}`).join("");
  throw new pulumi.RunError(`The configuration has ${lines.length} problems:${list}`);
}

/** Keys of providers, such as gcp:project, have their own namespace. */
export function fullKey(path: readonly string[]): string {
  return path[0]?.includes(":") ? formatPath(path) : `${NAMESPACE}:${formatPath(path)}`;
}

/** A key that nothing reads, with the one that was probably meant. */
export function unknownKey(path: readonly string[], known: readonly string[]): Problem {
  const meant = nearest(path.at(-1) ?? "", known);
  const hint = meant === undefined ? `the keys are ${known.join(", ")}` : `did you mean ${meant}?`;
  return { path, text: `is not a key; ${hint} ${removeHint(path)}` };
}

/** How to get rid of a key. */
export function removeHint(path: readonly string[]): string {
  const flag = path.length > 1 ? "--path " : "";
  return `(to remove it: \`pulumi config rm ${flag}${quoted(formatPath(path))}\`)`;
}

/** What follows a warning: how to see no more of it. */
export function acknowledgeHint(name: string): string {
  return ` (to acknowledge it: ${setCommand(["acknowledge", name]).replace("VALUE", "true")})`;
}

export interface Section {
  readonly key: string;
  readonly schema: z.ZodType;
  readonly value: unknown;
  /** Whether a value at the path must not be shown. */
  readonly isSecret: (path: readonly string[]) => boolean;
}

/** Reads what zod found wrong. A schema's messages say what it takes, as "takes a number". */
export function describeIssues(section: Section, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue) => {
    const inner = issue.path.map(String);
    const path = [section.key, ...inner];
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(section.schema, inner);
      return issue.keys.map((key) => unknownKey([...path, key], known));
    }
    const secret = section.isSecret(path);
    const found = describe(valueAt(section.value, inner), secret);
    return [{ path, text: `${found}; it ${issue.message}: ${setCommand(path, { secret })}` }];
  });
}

function describe(value: unknown, secret: boolean): string {
  if (value === undefined || value === null) return "is missing";
  if (secret) return value === "" ? "is empty" : "has a value of the wrong kind";
  const text = JSON.stringify(value);
  return `is ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === "object" && part !== null
        ? (part as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}

/** The keys that a schema of nested objects takes at a path. */
function keysAt(schema: unknown, path: readonly string[]): string[] {
  const { shape = {}, valueType } = unwrap(schema);
  const [key, ...rest] = path;
  return key === undefined ? Object.keys(shape) : keysAt(shape[key] ?? valueType, rest);
}

/** The parts of zod's schemas that lead to the next level. */
interface SchemaParts {
  readonly unwrap?: () => unknown;
  readonly out?: unknown;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly valueType?: unknown;
}

/** The schema inside defaults, optionals and preprocessing. */
function unwrap(schema: unknown): SchemaParts {
  const parts = (schema ?? {}) as SchemaParts;
  const inner = parts.unwrap?.() ?? parts.out;
  return inner === undefined ? parts : unwrap(inner);
}
