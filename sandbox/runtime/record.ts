import { z } from "zod";
import { isRunning, terminate } from "../../command-line/processes/process-table";
import { readIfThere } from "../../command-line/read-if-there";
import { writePrivateFile } from "./private-file";

const processIdentity = z.object({ pid: z.number(), started: z.string() });

const service = z.object({
  name: z.string(),
  address: z.string().optional(),
  /** Not set while the service is not running. */
  process: processIdentity.optional(),
  /** A real system: the sandbox neither starts nor stops it. */
  external: z.boolean().optional(),
});

const record = z.object({
  name: z.string(),
  /**
   * The process that supervises the services; not set once it has stopped them in an orderly way.
   */
  supervisor: processIdentity.optional(),
  /** The port where the supervisor accepts commands, and the token that they require. */
  control: z.object({ port: z.number(), token: z.string() }).optional(),
  services: z.array(service),
  /** Ports by service, used again at the next start if they are free. */
  ports: z.record(z.string(), z.number()),
  /** The origin of each provider's plugin. */
  plugins: z.record(z.string(), z.string()),
  toolFolders: z.array(z.string()),
  /** The variables that a shell needs besides PATH. */
  env: z.record(z.string(), z.string()),
});

/** What a sandbox records about itself in `sandbox.json`. */
export type SandboxRecord = z.infer<typeof record>;
export type ServiceRecord = z.infer<typeof service>;

/** Reads a sandbox's record; undefined if it does not exist. */
export function readRecord(file: string): SandboxRecord | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const parsed = record.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is not a record of this version; stop its processes and delete it`);
}

export function writeRecord(file: string, value: SandboxRecord): void {
  writePrivateFile(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

export function supervisorRuns(value: SandboxRecord): boolean {
  return value.supervisor !== undefined && isRunning(value.supervisor);
}

/** Stops the services that a killed supervisor left behind; returns their names. */
export async function terminateServices(value: SandboxRecord): Promise<string[]> {
  const found: string[] = [];
  for (const { name, process } of [...value.services].reverse()) {
    if (process !== undefined && (await terminate(process))) found.push(name);
  }
  return found;
}
