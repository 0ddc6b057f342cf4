import type { SecretLookup } from "./secrets";

/** The delays on the sandbox's clock. */
export interface Delays {
  /**
   * The time until a new or updated pipeline reports that it is running or has stopped, in
   * milliseconds.
   */
  readonly pipelineMs: number;
  /**
   * The time from then until its workers are ready, or Kubernetes cannot start them, in
   * milliseconds.
   */
  readonly workersMs: number;
  /** The time until a job of a running pipeline starts, in milliseconds. */
  readonly jobStartMs: number;
  /** How long a job runs once it has started, in milliseconds. */
  readonly jobMs: number;
  /** From the end of a client's commit until it is finished, in milliseconds. */
  readonly commitMs: number;
}

/** What the code of a pipeline does with a datum. */
export interface CodeOutcome {
  readonly exitCode: number;
  /** Contents by path, such as `/result.txt`. Default: none. */
  readonly files?: Readonly<Record<string, string>>;
  /** Default: 0. */
  readonly seconds?: number;
}

/** The arguments of the function that simulates a pipeline's code. */
export interface CodeRun {
  /** `project/pipeline` */
  readonly pipeline: string;
  readonly cmd: readonly string[];
  readonly stdin: readonly string[];
  /** The contents of the datum's files by the path at which the code finds them. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Simulates code that the sandbox cannot run; returns undefined for code that it does not simulate.
 */
export type RunCode = (run: CodeRun) => CodeOutcome | undefined;

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
}

/** The settings of the simulated server. */
export interface Settings {
  readonly version: Version;
  /** Whether auth is activated. */
  readonly auth: boolean;
  /** The namespace of `transform.secrets`. */
  readonly namespace: string;
  readonly secrets: SecretLookup;
  readonly delays: Delays;
  readonly runCode: RunCode;
  /** Whether every egress to this URL fails. */
  readonly egressFails: (url: string) => boolean;
  /** The server's clock: Unix time in milliseconds. */
  readonly now: () => number;
}

/** The version from a string such as `2.11.6`. @throws Error if it is not valid. */
export function parseVersion(text: string): Version {
  const [, major, minor, micro] = /^(\d+)\.(\d+)\.(\d+)$/.exec(text) ?? [];
  if (major === undefined)
    throw new Error(`version ${JSON.stringify(text)}: must have the form MAJOR.MINOR.MICRO`);
  return { major: Number(major), minor: Number(minor), micro: Number(micro) };
}
