import { parseAddress } from "../../providers/pachyderm/rules";
import { answers } from "../runtime/ports";
import { isRunning } from "../runtime/process-table";
import type { PartRecord, SandboxRecord } from "../runtime/record";

export interface PartStatus extends PartRecord {
  readonly runs: boolean;
}

/** Whether each part is there: its process runs, and somebody answers at its address. */
export function inspect(record: SandboxRecord): Promise<PartStatus[]> {
  return Promise.all(
    record.parts.map(async (part) => ({ ...part, runs: lives(part) && (await responds(part)) })),
  );
}

/** One line per part: name, running or not, address, pid. */
export function partTable(parts: readonly PartStatus[]): string[] {
  const width = Math.max(...parts.map(({ name }) => name.length));
  return parts.map(({ name, address, process, external, runs }) => {
    const state = runs ? "running" : external ? "no answer" : "not running";
    const origin = external ? "real" : process === undefined ? "" : `pid ${process.pid}`;
    const columns = [name.padEnd(width), state.padEnd(11), (address ?? "").padEnd(24), origin];
    return `  ${columns.join("  ").trimEnd()}`;
  });
}

function lives({ external, process }: PartRecord): boolean {
  return external === true || (process !== undefined && isRunning(process));
}

async function responds({ address }: PartRecord): Promise<boolean> {
  if (address === undefined) return true;
  const { host, port } = parseAddress(address);
  return answers(host, port);
}
