import { formatPath, type PropertyPath } from "../../../kit/property-path";
import { shortened } from "../../../kit/quote";
import type { SpecNode } from "./node";

/** A problem in a spec. */
export interface Problem {
  /** The path inside the spec, in the user's own spelling. */
  readonly path: PropertyPath;
  /** What is wrong and what to do, to follow the path and a colon. Shows no value of the env. */
  readonly reason: string;
  /** A problem with the same topic is reported once, not again for another pipeline's spec. */
  readonly topic?: string;
}

/** One line: `spec.input.pfs.glob: is required`. */
export function formatProblem({ path, reason }: Problem): string {
  const steps = path.map((step) => (typeof step === "string" ? shortened(step) : step));
  return `${formatPath(["spec", ...steps])}: ${reason}`;
}

/** The problems found so far. */
export class Problems {
  /** What Pachyderm would refuse. */
  readonly failures: Problem[] = [];
  /** What Pachyderm accepts, but then fails, or has a different effect than it seems to have. */
  readonly warnings: Problem[] = [];

  fail({ path }: SpecNode, reason: string): void {
    this.failures.push({ path, reason });
  }

  warn({ path }: SpecNode, reason: string, topic?: string): void {
    this.warnings.push({ path, reason, ...(topic !== undefined && { topic }) });
  }
}
