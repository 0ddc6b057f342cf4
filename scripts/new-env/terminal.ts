import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Respondent } from "./interview";

export interface Terminal extends Respondent {
  close(): void;
}

/**
 * Prompts on a terminal. The answers to hidden questions are not echoed. Ctrl-C and Ctrl-D, which
 * readline would handle itself, interrupt this process as usual.
 */
export function openTerminal(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  signal: AbortSignal,
  interrupt: () => void = () => process.kill(process.pid, "SIGINT"),
): Terminal {
  let isHidden = false;
  // readline itself echoes the typed text, because it reads the terminal key by key
  const echo = new Writable({
    write(chunk, _encoding, done) {
      if (!isHidden) output.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input, output: echo, terminal: true, historySize: 0 });
  lines.on("SIGINT", interrupt);
  lines.on("close", interrupt);
  return {
    async ask(question, hidden = false) {
      if (!hidden) return (await lines.question(question, { signal })).trim();
      output.write(question);
      isHidden = true;
      try {
        return await lines.question("", { signal });
      } finally {
        isHidden = false;
        output.write("\n");
      }
    },
    say: (line) => void output.write(`${line}\n`),
    close() {
      lines.off("close", interrupt);
      lines.close();
    },
  };
}
