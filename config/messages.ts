import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { shellLine } from "../components/common/shell-line";
import { formatPath as formatPropertyPath, partAt } from "../providers/kit/property-path";
import { shortened } from "../providers/kit/quote";
import { didYouMean } from "../providers/kit/suggest";
import { isQuoted } from "./json-text";
import { stackKey } from "./stack-file";

/** A configuration key and the path within its value; list indexes are numbers. */
export type ConfigPath = readonly (string | number)[];

/** A problem with one configuration key. */
export interface Problem {
  /** The key and the path within its value, such as `["credentials", "det_user"]`. */
  readonly path: ConfigPath;
  /** What was found and what to do, as text that continues the key. */
  readonly text: string;
}

/** The command that sets a key. It prompts for a secret's value, which keeps it out of the shell history. */
export function setCommand(
  path: ConfigPath,
  { secret = false, value = "VALUE" }: { secret?: boolean; value?: string | undefined } = {},
): string {
  const flags = [...(secret ? ["--secret"] : []), ...(path.length > 1 ? ["--path"] : [])];
  const words = ["pulumi", "config", "set", ...flags, formatPath(path), ...(secret ? [] : [value])];
  return `\`${shellLine(words)}\``;
}

/** The path in the syntax of `pulumi config --path`. A provider's key starts with a namespace. */
export function formatPath([key = "", ...path]: ConfigPath): string {
  const inner = formatPropertyPath(path);
  return `${key}${inner === "" || inner.startsWith("[") ? "" : "."}${inner}`;
}

/** Ends the program with all problems in one message, one per line, without a stack trace. */
export function refuse(problems: readonly Problem[]): never {
  refuseLines(
    "The configuration has",
    problems.map(({ path, text }) => `${fullKey(path)} ${text}`),
  );
}

/** Ends the program with complete lines; several are listed below a heading. */
export function refuseLines(heading: string, lines: readonly string[]): never {
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) throw new pulumi.RunError(only);
  const list = lines.map((line) => `\n  ${line}`).join("");
  throw new pulumi.RunError(`${heading} ${lines.length} problems:${list}`);
}

/** The key with its namespace. A provider's key, such as gcp:project, already has one. */
export function fullKey(path: ConfigPath): string {
  return String(path[0]).includes(":") ? formatPath(path) : stackKey(formatPath(path));
}

/** An unknown key, with a suggestion. */
export function unknownKey(path: ConfigPath, known: readonly string[]): Problem {
  const hint = didYouMean(String(path.at(-1)), known) ?? `expected one of ${known.join(", ")}`;
  return { path, text: `is not a valid key; ${hint} ${removeHint(path)}` };
}

/** The hint to remove a key. */
export function removeHint(path: ConfigPath): string {
  return `(to remove it: ${removeCommand(path)})`;
}

/** The command that removes a key. */
export function removeCommand(path: ConfigPath): string {
  const flags = path.length > 1 ? ["--path"] : [];
  return `\`${shellLine(["pulumi", "config", "rm", ...flags, formatPath(path)])}\``;
}

/** The text without the commands at its end, for readers who have not stored the value yet. */
export function withoutCommands(text: string): string {
  return text
    .replace(/ \(to remove it: `[^`]+`\)$/, "")
    .replace(/:(?:,? ?(?:then )?`pulumi config [^`]+`)+$/, "");
}

/**
 * The hint after a warning: how to acknowledge it for these things, or for the stack if there are
 * none. A key that is set to `false` must be removed before keys below it can be set.
 */
export function acknowledgeHint(name: string, things: readonly string[], isFalse = false): string {
  const path = ["acknowledge", name];
  const paths = things.length === 0 ? [path] : things.map((thing) => [...path, thing]);
  const remove = isFalse && things.length > 0 ? [removeCommand(path)] : [];
  const commands = [...remove, ...paths.map((one) => setCommand(one, { value: "true" }))];
  return ` (to acknowledge it: ${commands.join(" and ")})`;
}

export interface Section {
  readonly key: string;
  readonly schema: z.ZodType;
  readonly value: unknown;
  /** Whether a value at the path must not be shown. */
  readonly isSecret: (path: ConfigPath) => boolean;
}

/** Converts zod's issues. A schema's messages say what it expects, such as "expected a number". */
export function describeIssues(section: Section, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue) => {
    const inner = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
    const path = [section.key, ...inner];
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(section.schema, inner.map(String));
      return issue.keys.map((key) => unknownKey([...path, key], known));
    }
    const secret = section.isSecret(path);
    const value = partAt(section.value, inner);
    const command = isGroup(issue)
      ? setInside(section, path, {
          isList: issue.expected === "array",
          isThere: value !== undefined,
        })
      : setCommand(path, { secret });
    return [
      {
        path,
        text: `${describe(value, secret, issue.code === "invalid_type")}; ${issue.message}: ${command}`,
      },
    ];
  });
}

/** Whether a block or a list is expected, which a single command cannot set. */
function isGroup(issue: z.core.$ZodIssue): issue is z.core.$ZodIssueInvalidType {
  return issue.code === "invalid_type" && ["object", "record", "array"].includes(issue.expected);
}

/** The commands that replace what is set with a block or list that has a first entry. */
function setInside(
  { schema, isSecret }: Section,
  path: ConfigPath,
  { isList, isThere }: { isList: boolean; isThere: boolean },
): string {
  const inner = path.slice(1).map(String);
  const [key = "NAME"] = keysAt(schema, inner);
  const part = [...path, ...(isList ? [0] : [key, ...firstLeaf(schema, [...inner, key])])];
  const selects = path.length === 1 && path[0] === "useCases";
  const set = selects ? selectCommand("NAME") : setCommand(part, { secret: isSecret(part) });
  return isThere ? `${removeCommand(path)}, then ${set}` : set;
}

/**
 * The command that selects a use case. It sets a default, because the CLI stores `{}` as text, and
 * then refuses every key below it.
 */
export function selectCommand(useCase: string): string {
  return setCommand(["useCases", useCase, "data", "keep"], { value: "false" });
}

/** The path of the first key below a block that is not a block itself. */
function firstLeaf(schema: unknown, path: readonly string[]): string[] {
  const [key] = keysAt(schema, path);
  return key === undefined ? [] : [key, ...firstLeaf(schema, [...path, key])];
}

function describe(value: unknown, secret: boolean, isOtherType: boolean): string {
  if (value === undefined || value === null) return "is missing";
  if (secret) return value === "" ? "is empty" : "has a value of the wrong type";
  if (isOtherType && isQuoted(value)) return `is the string "${shortened(value)}"`;
  return `is ${shortened(withoutUser(JSON.stringify(value)))}`;
}

/** An address without its user, which may have a password. */
function withoutUser(text: string): string {
  return text.replaceAll(/\/\/[^/@\s"]*@/g, "//…@");
}

/** The keys that a schema of nested objects allows at a path. */
export function keysAt(schema: unknown, path: readonly string[]): string[] {
  const { shape = {}, valueType } = unwrap(schema);
  const [key, ...rest] = path;
  return key === undefined ? Object.keys(shape) : keysAt(shape[key] ?? valueType, rest);
}

/** The fields of zod's schemas that lead to the next level. */
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
