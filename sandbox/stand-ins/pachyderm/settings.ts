import type { SecretLookup } from "./secrets";

/** How long things take on the sandbox's clock. */
export interface Delays {
  /** Until a new or updated pipeline says that it is running, or has stopped, in milliseconds. */
  readonly pipelineMs: number;
  /** From then until its workers are up, or Kubernetes can't start them, in milliseconds. */
  readonly workersMs: number;
  /** Until a job of a running pipeline starts, in milliseconds. */
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
  /** Default 0. */
  readonly seconds?: number;
}

/** What is told to whoever stands in for the code of a pipeline. */
export interface CodeRun {
  /** `project/pipeline` */
  readonly pipeline: string;
  readonly cmd: readonly string[];
  readonly stdin: readonly string[];
  /** The contents of the datum's files by the path at which the code finds them. */
  readonly files: Readonly<Record<string, string>>;
}

/** Stands in for code that the sandbox can't run; undefined: this code is not its own. */
export type RunCode = (run: CodeRun) => CodeOutcome | undefined;

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
}

/** What the handlers need to know of the server that they stand in for. */
export interface Settings {
  readonly version: Version;
  /** Whether auth is activated. */
  readonly auth: boolean;
  /** The namespace in which `transform.secrets` are looked up. */
  readonly namespace: string;
  readonly secrets: SecretLookup;
  readonly delays: Delays;
  readonly runCode: RunCode;
  /** Whether an egress to this URL fails, again and again. */
  readonly egressFails: (url: string) => boolean;
  /** The server's clock: Unix time in milliseconds. */
  readonly now: () => number;
}

/** The version as `2.11.6`. @throws Error if it is none. */
export function parseVersion(text: string): Version {
  const [, major, minor, micro] = /^(\d+)\.(\d+)\.(\d+)$/.exec(text) ?? [];
  if (major === undefined)
    throw new Error(`version ${JSON.stringify(text)}: not of the form MAJOR.MINOR.MICRO`);
  return { major: Number(major), minor: Number(minor), micro: Number(micro) };
}
