import { readFileSync } from "node:fs";
import { z } from "zod";
import { writePrivateFile } from "./private-file";
import { isRunning, reap } from "./process-table";

const processIdentity = z.object({ pid: z.number(), started: z.string() });

const part = z.object({
  name: z.string(),
  address: z.string().optional(),
  /** Absent while the part isn't running. */
  process: processIdentity.optional(),
  /** A real one that was there before: the sandbox neither starts nor ends it. */
  external: z.boolean().optional(),
});

const record = z.object({
  name: z.string(),
  /** The process that watches over the parts; absent once it has ended them in good order. */
  supervisor: processIdentity.optional(),
  /** Where the supervisor takes orders, and the token that they must carry. */
  control: z.object({ port: z.number(), token: z.string() }).optional(),
  parts: z.array(part),
  /** Ports by part, taken again at the next start if they are free. */
  ports: z.record(z.string(), z.number()),
  /** Provider name to where its plugin comes from. */
  plugins: z.record(z.string(), z.string()),
  toolFolders: z.array(z.string()),
  /** What a shell needs besides PATH. */
  env: z.record(z.string(), z.string()),
});

/** What one sandbox has written down about itself in `sandbox.json`. */
export type SandboxRecord = z.infer<typeof record>;
export type PartRecord = z.infer<typeof part>;

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

/** Ends the parts that a killed supervisor has left behind; returns the names of those found. */
export async function reapParts(value: SandboxRecord): Promise<string[]> {
  const found: string[] = [];
  for (const { name, process } of [...value.parts].reverse()) {
    if (process !== undefined && (await reap(process))) found.push(name);
  }
  return found;
}
