/** An operation on a resource that changes something, as `customTimeouts` names it. */
export type Operation = "create" | "update" | "delete";

/** How long an operation may take where `customTimeouts` says nothing, in seconds. */
const DEFAULT_SECONDS: Readonly<Record<Operation, number>> = {
  create: 300,
  update: 300,
  // Pachyderm deletes a pipeline with its whole history, or a repo, in one request
  delete: 600,
};

/** When an operation must be done, on the clock. */
export class Deadline {
  readonly seconds: number;
  readonly #at: number;

  /** @param seconds from `customTimeouts`; undefined: the default */
  constructor(
    readonly operation: Operation,
    seconds: number | undefined,
  ) {
    this.seconds = seconds ?? DEFAULT_SECONDS[operation];
    this.#at = Date.now() + this.seconds * 1000;
  }

  /** What is left of the time, in milliseconds; 0 when it is over. */
  leftMs(): number {
    return Math.max(0, this.#at - Date.now());
  }
}
