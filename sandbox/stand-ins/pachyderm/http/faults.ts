import type { Socket } from "node:net";

/**
 * A fault of a call: the connection breaks before or after the work, Pachyderm's proxy responds
 * instead of pachd (which never received the call, or whose response is lost), the call hangs, or
 * it is slow. A slow call starts late (`delayMs`), or its work takes long (`workMs`), which is
 * rolled back if the client disconnects before it is done. Earlier transactions of the call are
 * kept: DeletePipeline stops the pipeline first.
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
  /** `package.API/Method`, or a part of it such as `CreatePipelineV2`. Default: every method. */
  readonly rpc?: string;
  /** How many of its calls fail. Default: 1. */
  readonly times?: number;
  /** How many of its calls succeed before that. Default: 0. */
  readonly after?: number;
  readonly mode: FaultMode;
}

/** The faults that tests have requested, the earliest first. */
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

  /** Leaves a call without a response. */
  hold(connection: Socket): void {
    this.#hanging.push(connection);
  }

  /** The fault of this call, if any; each fault applies once. */
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
