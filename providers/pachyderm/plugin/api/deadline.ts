/** An operation on a resource that changes something, as `customTimeouts` names it. */
export type Operation = "create" | "update" | "delete";

/** The default time limit of an operation without `customTimeouts`, in seconds. */
const DEFAULT_SECONDS: Readonly<Record<Operation, number>> = {
  create: 300,
  update: 300,
  // Pachyderm deletes a pipeline with its whole history, or a repo, in one request
  delete: 600,
};

/** The time by which an operation must be done. */
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

  /** The remaining time in milliseconds; 0 when it has expired. */
  leftMs(): number {
    return Math.max(0, this.#at - Date.now());
  }
}
