/**
 * The mark that names a disposable stack on what it creates, so that `npm run sweep` recognizes what
 * a stack left behind.
 */
import { createHash } from "node:crypto";
import { NAMESPACE } from "../config/stack-file";

/** The scope in which a stack's name is unique. */
export interface StackHome {
  /** See `backendIdentity`. */
  readonly backend: string;
  readonly organization: string;
  readonly project: string;
}

/** Labels have at most 63 characters. */
const MAX_LENGTH = 63;
const HASH_LENGTH = 10;

/** The labels of Kubernetes objects. */
export const STACK_LABEL = `${NAMESPACE}/stack`;
export const EXPIRES_LABEL = `${NAMESPACE}/expires`;
export const OWNER_LABEL = `${NAMESPACE}/owner`;
/** An annotation, because a prefix such as pr-12- is not a valid label. */
export const PREFIX_ANNOTATION = `${NAMESPACE}/name-prefix`;
/** The bucket's label; a bucket's labels cannot contain a slash. */
export const BUCKET_STACK_LABEL = `${NAMESPACE}-stack`;

/** The mark of a stack: a part of its name, and a hash of the scope in which the name is unique. */
export function stackMark(home: StackHome, stack: string): string {
  return `${nameInMark(stack)}-${homeInMark(home)}`;
}

/**
 * A stack's name in its mark. Names share one only if they differ just in case, in special
 * characters, or after the length limit.
 */
export function nameInMark(stack: string): string {
  const text = stack.toLowerCase().replace(/[^a-z0-9-]/g, "-");
  const cut = text.slice(0, MAX_LENGTH - HASH_LENGTH - 1).replace(/^-+/, "");
  return cut === "" ? "stack" : cut;
}

/** The end of the marks of all stacks of a project in a backend. */
export function homeInMark({ backend, organization, project }: StackHome): string {
  const text = JSON.stringify([backend, organization, project]);
  return createHash("sha256").update(text).digest("hex").slice(0, HASH_LENGTH);
}

/** The marks that an object has. */
export interface Marks {
  readonly stack?: string;
  /** The stack's `namePrefix`. */
  readonly prefix?: string;
  readonly owner?: string;
  readonly expires?: string;
}

const KEYS = ["owner", "expires", "stack", "prefix"] as const;

/** The marks as text that ends a description. */
export function formatMarks(marks: Marks): string {
  return KEYS.flatMap((key) => (marks[key] ? [`${key}=${marks[key]}`] : [])).join(", ");
}

/** The marks at the end of a description. */
export function parseMarks(description: string): Marks {
  const part = `(?:${KEYS.join("|")})=[a-z0-9_-]+`;
  const end = new RegExp(`^(?:.*\\()?(${part}(?:, ${part})*)\\)?$`, "s").exec(description)?.[1];
  if (end === undefined) return {};
  return Object.fromEntries(end.split(", ").map((mark) => mark.split("=") as [string, string]));
}
