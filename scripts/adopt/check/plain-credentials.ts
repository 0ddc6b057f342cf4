import type { PropertyPath } from "../../../providers/kit/property-path";
import { isMap, type Value } from "../../../providers/kit/values";
import { looksLikeSecret } from "../../../providers/pachyderm/client";
import { COMMANDS, camelCase, JSON_FIELDS, parseJson } from "./spec-texts";

/** A part of a spec that looks like a credential. Its value is never shown or written anywhere. */
export interface PlainCredential {
  readonly path: PropertyPath;
  /** The name of the variable, or of the option of a command. */
  readonly variable?: string;
  /** Whether the variable is one of `transform.env`. */
  readonly isEnv?: boolean;
}

/** Strings that are or contain a credential, regardless of their key. */
const CREDENTIALS: readonly RegExp[] = [
  // a password in an address or a data source
  /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/[^/\s:@"']*:[^/\s@"'$]+@/i,
  /(?<![\w.-])[\w.-]+:[^\s:@/$]+@(tcp|unix)\(/,
  /\b(password|pwd)=[^\s;&$"']+;/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  // https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
  /\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16})/,
];
const BASIC_AUTH = /\bcurl\b[^\n]*\s(-u|--user)[ =]?["']?[^\s:"'$]+:[^\s"'$]+/;
/**
 * `NAME=value` and `--option value` in a command; a value that begins with `$` comes from
 * elsewhere.
 */
const ASSIGNMENT = /(?:^|[\s;&|("'])([A-Za-z_]\w*)=["']?([^\s"'$;&|)])/g;
const OPTION = /(?:^|\s)--?([A-Za-z][\w-]*)[ =]["']?([^\s"'$-])/g;

/** The values that look like credentials, except those whose names the user allows. */
export function findCredentials(spec: Value, allowed: ReadonlySet<string>): PlainCredential[] {
  return search(spec, [], []).filter(
    ({ variable }) => variable === undefined || !allowed.has(variable),
  );
}

function search(value: Value, path: PropertyPath, names: readonly string[]): PlainCredential[] {
  const isCommand = COMMANDS.has(names.at(-1) ?? "");
  if (typeof value === "string") {
    const parsed = JSON_FIELDS.has(names.at(-1) ?? "") ? parseJson(value) : undefined;
    if (parsed !== undefined)
      return search(parsed, path, names).map((found) => ({ ...found, path }));
    if (isCommand) return inCommand(value, path);
    return isCredential(value) ? [{ path }] : [];
  }
  if (isCommand && Array.isArray(value)) {
    const lines = value.filter((line) => typeof line === "string");
    // a separate word of a command may be an option's value
    return inCommand(lines.join(names.at(-1)?.endsWith("tdin") ? "\n" : " "), path);
  }
  if (typeof value !== "object" || value === null) return [];
  if (isMap(value) && names.join(".") === "transform.env") return variables(value, path);
  const own = isMap(value) ? variableOfPod(value) : undefined;
  if (own !== undefined) return [{ path: [...path, "value"], variable: own }];
  return Object.entries(value).flatMap(([key, item]) => {
    const isList = Array.isArray(value);
    // the items of a list have the name of the list
    const inner = isList ? names : [...names, camelCase(key)];
    return search(item as Value, [...path, isList ? Number(key) : key], inner);
  });
}

function variables(env: { readonly [name: string]: Value }, path: PropertyPath): PlainCredential[] {
  return Object.entries(env)
    .filter(([name, value]) => isSecretValue(name, value))
    .map(([name]) => ({ path: [...path, name], variable: name, isEnv: true }));
}

/** The name of a container's variable in a pod's spec that looks like a credential. */
function variableOfPod({ name, value }: { readonly [key: string]: Value }): string | undefined {
  return typeof name === "string" && isSecretValue(name, value ?? null) ? name : undefined;
}

function isSecretValue(name: string, value: Value): boolean {
  if (typeof value !== "string" || value === "") return false;
  return looksLikeSecret(name) || isCredential(value);
}

function isCredential(text: string): boolean {
  return CREDENTIALS.some((form) => form.test(text));
}

function inCommand(text: string, path: PropertyPath): PlainCredential[] {
  const named = [...text.matchAll(ASSIGNMENT), ...text.matchAll(OPTION)]
    .map(([, name = ""]) => name)
    .filter(looksLikeSecret);
  const others = isCredential(text) || BASIC_AUTH.test(text) ? [{ path }] : [];
  return [...new Set(named)]
    .map((variable): PlainCredential => ({ path, variable }))
    .concat(others);
}
