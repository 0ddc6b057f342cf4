import { block, code, cut } from "../comment/escape";
import type { ChangedResource } from "../comment/fields";
import { markerOf } from "../comment/marker";

/** What drifted, for the terminal and for an issue. */
export interface DriftReport {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** Lines for a terminal. */
  readonly summary: readonly string[];
}

/** GitHub takes 65,536 characters. */
const LONGEST_BODY = 60_000;

/** Writes what differs between a stack's state and the systems. */
export function renderDrift(stack: string, drifted: readonly ChangedResource[]): DriftReport {
  if (drifted.length === 0) {
    return { title: "", body: "", summary: [`stack ${stack}: nothing was changed by hand`] };
  }
  const what = drifted.length === 1 ? "1 resource" : `${drifted.length} resources`;
  const summary = drifted.flatMap(({ name, op, lines }) => [
    `  ${verb(op)} ${name}`,
    ...lines.map((line) => `    ${line}`),
  ]);
  const head = `${markerOf("drift", stack)}\nThe systems differ from the state of stack ${code(stack)}. The next \`pulumi up\` sets what the program says; to keep a change, put it into the program or the configuration first.`;
  const body = [head];
  let length = head.length;
  for (const [index, resource] of drifted.entries()) {
    const fields = resource.lines.length === 0 ? "" : `\n${block(resource.lines, "diff")}`;
    const part = `\n${verb(resource.op)} ${code(resource.name)}${fields}`;
    if (length + part.length > LONGEST_BODY) {
      body.push(`\nand ${drifted.length - index} more, see the log of the workflow`);
      break;
    }
    body.push(part);
    length += part.length + 1;
  }
  return {
    title: cut(`Drift: ${what} of ${stack} changed outside of Pulumi`, 200),
    body: `${body.join("\n")}\n`,
    summary: [`stack ${stack}: ${what} changed outside of Pulumi`, ...summary],
  };
}

function verb(op: string): string {
  return op === "delete" ? "deleted:" : "changed:";
}
