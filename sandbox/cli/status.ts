import { isRunning } from "../../command-line/processes/process-table";
import { parseAddress } from "../../providers/pachyderm/rules";
import { answers } from "../runtime/ports";
import type { SandboxRecord, ServiceRecord } from "../runtime/record";

export interface ServiceStatus extends ServiceRecord {
  readonly runs: boolean;
}

/** Whether each service is running: its process is running, and its address accepts connections. */
export function inspect(record: SandboxRecord): Promise<ServiceStatus[]> {
  return Promise.all(
    record.services.map(async (service) => ({
      ...service,
      runs: lives(service) && (await responds(service)),
    })),
  );
}

/** One line per service: name, running or not, address, pid. */
export function serviceTable(services: readonly ServiceStatus[]): string[] {
  const width = Math.max(...services.map(({ name }) => name.length));
  return services.map(({ name, address, process, external, runs }) => {
    const state = runs ? "running" : external ? "no response" : "not running";
    const origin = external ? "real" : process === undefined ? "" : `pid ${process.pid}`;
    const columns = [name.padEnd(width), state.padEnd(11), (address ?? "").padEnd(24), origin];
    return `  ${columns.join("  ").trimEnd()}`;
  });
}

function lives({ external, process }: ServiceRecord): boolean {
  return external === true || (process !== undefined && isRunning(process));
}

async function responds({ address }: ServiceRecord): Promise<boolean> {
  if (address === undefined) return true;
  const { host, port } = parseAddress(address);
  return answers(host, port);
}
