/** The objects that a sweep checks, in any system. */

import type { Marks } from "../../program/stack-mark";
import { oneLine } from "../../providers/kit/one-line";

/** The kinds of objects, in the order in which they are deleted. */
export const KINDS = [
  "deployment",
  "pipeline",
  "branch",
  "repo",
  "secret",
  "service account",
  "namespace",
  "bucket",
] as const;

export type Kind = (typeof KINDS)[number];

/** An object in one of the systems. Names are those of its system, such as `default/pr-12-pets`. */
export interface Thing {
  readonly kind: Kind;
  /**
   * Identifies it among the objects of its kind: `PROJECT/NAME`, `NAMESPACE/NAME`,
   * `PROJECT/REPO@BRANCH`.
   */
  readonly id: string;
  readonly marks?: Marks;
  /** When it was created, ISO 8601. */
  readonly created?: string | undefined;
  readonly bytes?: number | undefined;
  /** Of a pipeline: how many workers run. */
  readonly workers?: number | undefined;
  /** Of a deployment: how many detectors it has. */
  readonly detectors?: number | undefined;
  /** Of a pipeline: the branches that it reads. */
  readonly reads?: readonly string[];
  /** Of a pipeline: the Secrets that its workers use, as `NAMESPACE/NAME`. */
  readonly secrets?: readonly string[];
  /** Distinguishes a Kubernetes object from one with the same name that was created later. */
  readonly uid?: string | undefined;
}

/** Identifies an object among all objects. */
export function keyOf({ kind, id }: Pick<Thing, "kind" | "id">): string {
  return `${kind} ${id}`;
}

/** The object's own name, which starts with its stack's prefix. */
export function nameOf({ kind, id }: Pick<Thing, "kind" | "id">): string {
  const separator = kind === "branch" ? "@" : "/";
  return id.slice(id.lastIndexOf(separator) + 1);
}

/** The container of an object: the repo of a branch, the namespace of a Kubernetes object. */
export function containerOf({ kind, id }: Pick<Thing, "kind" | "id">): string | undefined {
  if (kind === "branch") return keyOf({ kind: "repo", id: repoOf(id) });
  const inNamespace = kind === "secret" || kind === "service account" || kind === "deployment";
  if (!inNamespace) return undefined;
  return keyOf({ kind: "namespace", id: id.slice(0, id.indexOf("/")) });
}

/** The repo of a branch. */
export function repoOf(branch: string): string {
  return branch.slice(0, branch.lastIndexOf("@"));
}

/** Notes what cannot be read. */
export type Note = (error: unknown) => undefined;

/** For callers that need everything. */
export const rethrow: Note = (error) => {
  throw error;
};

/** The message of an error, on one line. */
export function messageOf(error: unknown): string {
  return oneLine((error as Error).message, "; ");
}
