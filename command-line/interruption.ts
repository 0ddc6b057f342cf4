const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Interruption {
  /** Aborts when the user interrupts this process. */
  readonly signal: AbortSignal;
  readonly happened: Promise<void>;
}

/**
 * From now on Ctrl-C, SIGTERM and SIGHUP abort a signal instead of ending this process, so that it
 * can stop what it started. There is no time limit. Terminals often send a signal more than once,
 * so further signals have no effect.
 */
export function untilInterrupted(): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  const happened = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  for (const name of signals) {
    process.on(name, () => controller.abort(new Error(`interrupted (${name})`)));
  }
  return { signal, happened };
}
