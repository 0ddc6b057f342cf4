import { appendFileSync } from "node:fs";

/** Sets the outputs of a workflow's step; does nothing outside of a workflow. */
export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  const file = process.env.GITHUB_OUTPUT;
  if (!file) return;
  const lines = Object.entries(outputs).map(([name, value]) => {
    if (/[\r\n]/.test(value)) throw new Error(`the output ${name} must be a single line`);
    return `${name}=${value}\n`;
  });
  appendFileSync(file, lines.join(""));
}
