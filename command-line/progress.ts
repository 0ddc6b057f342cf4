/** Milliseconds between two lines if lines cannot be redrawn. */
const interval = 15_000;

/** Milliseconds after which the end of a step gets a line of its own. */
const worthReporting = 5000;

/**
 * Shows long steps: a redrawn line on a terminal, otherwise a line when a step begins and every
 * fifteen seconds while it runs.
 */
export class Progress {
  readonly #redraw: boolean;
  #step: { label: string; detail: string; started: number; shown: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  readonly #stream: NodeJS.WritableStream & { isTTY?: boolean };

  constructor(stream: NodeJS.WritableStream & { isTTY?: boolean } = process.stderr) {
    this.#stream = stream;

    this.#redraw = stream.isTTY === true;
  }

  /** Runs one step and shows its progress; `update` sets details such as "12 of 40 MB". */
  async during<T>(
    label: string,
    work: (update: (detail: string) => void) => Promise<T>,
  ): Promise<T> {
    const started = Date.now();
    this.#begin(label);
    const update = (detail: string) => {
      if (this.#step !== undefined) this.#step.detail = detail;
    };
    const result = await work(update).finally(() => this.#end());
    if (Date.now() - started >= worthReporting) this.say(`${label}: done in ${since(started)}`);
    return result;
  }

  /** Prints a line above the current step. */
  say(line: string): void {
    this.#clear();
    this.#stream.write(`${line}\n`);
  }

  #begin(label: string): void {
    this.#step = { label, detail: "", started: Date.now(), shown: Date.now() };
    if (!this.#redraw) this.#stream.write(`${label} …\n`);
    this.#timer = setInterval(() => this.#show(), this.#redraw ? 200 : 1000);
    this.#timer.unref();
  }

  #show(): void {
    if (this.#step === undefined) return;
    if (!this.#redraw && Date.now() - this.#step.shown < interval) return;
    this.#step.shown = Date.now();
    const detail = this.#step.detail === "" ? "" : `${this.#step.detail}, `;
    const line = `${this.#step.label} … ${detail}${since(this.#step.started)}`;
    this.#clear();
    this.#stream.write(this.#redraw ? line.slice(0, 100) : `${line}\n`);
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#clear();
    this.#step = undefined;
  }

  #clear(): void {
    if (this.#redraw) this.#stream.write("\r\u001b[K");
  }
}

/** Shows one step on a terminal, and nothing in a log, which keeps every line. */
export async function showOnTerminal<T>(
  label: string,
  work: () => Promise<T>,
  terminal: NodeJS.WritableStream & { isTTY?: boolean } = process.stderr,
): Promise<T> {
  if (terminal.isTTY !== true) return await work();
  return await new Progress(terminal).during(label, work);
}

function since(started: number): string {
  const seconds = Math.round((Date.now() - started) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
