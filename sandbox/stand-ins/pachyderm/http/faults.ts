import type { Socket } from "node:net";

/**
 * What goes wrong with a call: the connection breaks before or after the work, Pachyderm's proxy
 * answers in pachd's place (it never heard of the call, or lost the answer), it hangs, or it is
 * slow: to begin (`delayMs`), or at its work (`workMs`), which it rolls back when its client hangs
 * up before it is done. What it did in earlier transactions of its own stays: DeletePipeline stops
 * the pipeline first.
 */
export type FaultMode =
  | "close-before"
  | "close-after"
  | "proxy-before"
  | "proxy-after"
  | "hang"
  | { readonly delayMs: number }
  | { readonly workMs: number }
  | { readonly status: number; readonly code?: number; readonly message?: string };

export interface Fault {
  /** `package.API/Method`, or a part of it such as `CreatePipelineV2`; default: every method. */
  readonly rpc?: string;
  /** How many of its calls; default 1. */
  readonly times?: number;
  /** How many of its calls go well before that; default 0. */
  readonly after?: number;
  readonly mode: FaultMode;
}

/** The faults that tests have asked for, the earliest first. */
export class Faults {
  readonly #hanging: Socket[] = [];
  #pending: { fault: Fault; skip: number; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 });
  }

  /** Forgets all faults and breaks the connections of calls that hang. */
  clear(): void {
    this.#pending = [];
    for (const connection of this.#hanging.splice(0)) connection.destroy();
  }

  /** Leaves a call without an answer. */
  hold(connection: Socket): void {
    this.#hanging.push(connection);
  }

  /** What is to go wrong with this call, if anything; each fault is used up. */
  take(rpc: string): FaultMode | undefined {
    const entry = this.#pending.find(({ fault }) => rpc.includes(fault.rpc ?? ""));
    if (entry === undefined) return undefined;
    if (entry.skip > 0) {
      entry.skip--;
      return undefined;
    }
    if (--entry.left === 0) this.#pending.splice(this.#pending.indexOf(entry), 1);
    return entry.fault.mode;
  }
}
