/**
 * States that change over time are stored as the whole sequence of phases, each with the time at
 * which it begins. Nothing has to run for a state to change, so it continues after a restart of the
 * server.
 */
export interface Phase<State extends string> {
  /** Unix time in milliseconds. */
  readonly at: number;
  readonly state: State;
  readonly reason?: string;
}

/** At least one phase, in the order of time. */
export type Timeline<State extends string> = readonly [Phase<State>, ...Phase<State>[]];

/** The phase of a timeline at the time `now`. */
export function phaseAt<State extends string>(
  timeline: Timeline<State>,
  now: number,
): Phase<State> {
  return timeline.findLast((phase) => phase.at <= now) ?? timeline[0];
}

/** The phases until `now`, followed by new ones; those that were planned before are dropped. */
export function replan<State extends string>(
  timeline: Timeline<State>,
  now: number,
  ...plans: readonly Phase<State>[]
): Timeline<State> {
  const [first, ...rest] = timeline;
  return [first, ...rest.filter((phase) => phase.at <= now), ...plans];
}

/** RFC 3339, as protojson prints it (no fraction when it is zero). */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
