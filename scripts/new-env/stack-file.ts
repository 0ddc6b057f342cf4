/** Edits the text of a stack file: adds values, and comments that explain the keys. */

import { type Document, isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import type { ConfigPath } from "../../config/messages";
import { isSecret } from "../../config/secrets";
import { isBlock, isEncrypted, NAMESPACE, stackKey } from "../../config/stack-file";
import { partAt } from "../../providers/kit/property-path";
import type { Answers } from "./answers";

/** A value that must be encrypted. */
export interface Secret {
  readonly path: ConfigPath;
  readonly value: string;
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** The secrets among the answers, except for those that are already encrypted. */
export function secretsIn(answers: Answers): Secret[] {
  return leaves(answers).flatMap(({ path, value }) =>
    isSecret(path) && typeof value === "string" ? [{ path, value }] : [],
  );
}

/** Adds the missing answers to the stack file, except for secrets. */
export function withAnswers(text: string, answers: Answers): string {
  const document = parseDocument(text);
  const present = (document.toJS() as { config?: unknown } | null)?.config;
  for (const { path, value } of leaves(answers)) {
    const [key = "", ...rest] = path;
    const place = [key.includes(":") ? key : stackKey(key), ...rest];
    const old = partAt(present, place);
    const isThere = old === value || (old !== undefined && typeof value === "object");
    if (!isSecret(path) && !isThere) {
      document.setIn(["config", ...place], nodeOf(document, value));
    }
  }
  return document.toString(FORMAT);
}

/** A value; Pulumi's YAML reads a date without quotes as a time. */
function nodeOf(document: Document, value: unknown) {
  const node = document.createNode(value);
  if (isScalar(node) && /^\d{4}-\d\d-\d\d$/.test(String(value))) node.type = "QUOTE_DOUBLE";
  return node;
}

/** The values that are not blocks, and empty blocks. */
function leaves(value: unknown, path: readonly string[] = []): Leaf[] {
  const parts = isBlock(value) && !isEncrypted(value) ? Object.entries(value) : [];
  if (parts.length === 0) return path.length === 0 ? [] : [{ path, value }];
  return parts.flatMap(([key, part]) => leaves(part, [...path, key]));
}

/** Adds the header to the top of the stack file, and a comment above each key that has none. */
export function withComments(
  text: string,
  header: string,
  descriptions: Readonly<Record<string, string>>,
): string {
  const document = parseDocument(text);
  if (!document.commentBefore) document.commentBefore = comment(header, 0);
  const config = document.get("config");
  if (isMap(config)) describeKeys(config, descriptions);
  return document.toString(FORMAT);
}

function describeKeys(config: YAMLMap, descriptions: Readonly<Record<string, string>>): void {
  for (const [index, { key, value }] of config.items.entries()) {
    if (!isScalar(key)) continue;
    const description = descriptions[String(key.value).replace(`${NAMESPACE}:`, "")];
    const isCommented =
      key.commentBefore || (index === 0 && config.commentBefore) || hasComment(value);
    if (description !== undefined && !isCommented) {
      key.commentBefore = comment(description, INDENT);
      key.spaceBefore = index > 0;
    }
  }
}

function hasComment(value: unknown): boolean {
  return isMap(value) && Boolean(value.commentBefore);
}

const FORMAT: Parameters<Document["toString"]>[0] = { lineWidth: 0 };
const WIDTH = 100;
const INDENT = 2;

/** The text as lines of a comment; each starts with the space that follows `#`. */
function comment(text: string, indent: number): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    const fits = line !== undefined && indent + 1 + line.length + 1 + word.length <= WIDTH;
    if (fits) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(` ${word}`);
  }
  return lines.join("\n");
}
