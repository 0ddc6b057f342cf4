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
}

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
