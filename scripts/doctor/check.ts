import type { Area, Status } from "./report";

/** What a check found about one thing. */
export interface Outcome {
  readonly status: Status;
  /** What was found, or why it could not be checked. */
  readonly found: string;
  /** What to do about it. */
  readonly action?: string | undefined;
  /** The object, if a check covers several. */
  readonly subject?: string | undefined;
}

/** One check. It must change nothing. */
export interface Check {
  readonly area: Area;
  /** The part of the identifier after the area. */
  readonly name: string;
  /** Its display name. */
  readonly title: string;
  /** How long it may take in total. Default: 20 s. */
  readonly limitMs?: number;
  run(): Promise<readonly Outcome[]>;
}

type About = Pick<Outcome, "subject">;

export const passed = (found: string, about: About = {}): Outcome => ({
  status: "passed",
  found,
  ...about,
});

export const failed = (found: string, action: string, about: About = {}): Outcome => ({
  status: "failed",
  found,
  action,
  ...about,
});

export const warning = (found: string, action: string | undefined, about: About = {}): Outcome => ({
  status: "warning",
  found,
  action,
  ...about,
});

export const unchecked = (found: string, action?: string, about: About = {}): Outcome => ({
  status: "unchecked",
  found,
  action,
  ...about,
});

/** A check cannot run, because something else is missing that another check reports. */
export class Unavailable extends Error {}

/** Runs the action once, and returns its value for all calls. */
export function once<T>(action: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => {
    value ??= action();
    return value;
  };
}
