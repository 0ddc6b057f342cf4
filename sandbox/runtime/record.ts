import { readFileSync } from "node:fs";
import { z } from "zod";
import { writePrivateFile } from "./private-file";
import { isRunning, terminate } from "./process-table";

const processIdentity = z.object({ pid: z.number(), started: z.string() });

const service = z.object({
  name: z.string(),
  address: z.string().optional(),
  /** Absent while the service isn't running. */
  process: processIdentity.optional(),
  /** A real one that was there before: the sandbox neither starts nor ends it. */
  external: z.boolean().optional(),
});

const record = z.object({
  name: z.string(),
  /** The process that watches over the services; absent once it has ended them in good command. */
  supervisor: processIdentity.optional(),
  /** Where the supervisor takes commands, and the token that they must carry. */
  control: z.object({ port: z.number(), token: z.string() }).optional(),
  services: z.array(service),
  /** Ports by service, taken again at the next start if they are free. */
  ports: z.record(z.string(), z.number()),
  /** Provider name to where its plugin comes from. */
  plugins: z.record(z.string(), z.string()),
  toolFolders: z.array(z.string()),
  /** What a shell needs besides PATH. */
  env: z.record(z.string(), z.string()),
});

/** What one sandbox has written down about itself in `sandbox.json`. */
export type SandboxRecord = z.infer<typeof record>;
export type ServiceRecord = z.infer<typeof service>;

/** Reads a sandbox's record; undefined if there is none. */
export function readRecord(file: string): SandboxRecord | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const parsed = record.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is not a record of this version; end its processes and delete it`);
}

export function writeRecord(file: string, value: SandboxRecord): void {
  writePrivateFile(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

export function supervisorRuns(value: SandboxRecord): boolean {
  return value.supervisor !== undefined && isRunning(value.supervisor);
}

/** Ends the services that a killed supervisor has left behind; returns the names of those found. */
export async function terminateServices(value: SandboxRecord): Promise<string[]> {
  const found: string[] = [];
  for (const { name, process } of [...value.services].reverse()) {
    if (process !== undefined && (await terminate(process))) found.push(name);
  }
  return found;
}
