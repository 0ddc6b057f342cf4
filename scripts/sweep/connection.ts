import type { z } from "zod";
import { fullKey } from "../../config/messages";
import { type Key, schemas } from "../../config/schema";
import { stackKey } from "../../config/stack-file";

/** How to reach the systems that a stack uses. */
export interface ConnectionSettings {
  readonly pachyderm: z.output<typeof schemas.pachyderm>;
  readonly kubernetes: z.output<typeof schemas.kubernetes>;
  readonly detectorNamespace: string;
  readonly gcp: {
    readonly project: string;
    readonly accessToken: string | undefined;
    readonly endpoint: string | undefined;
  };
}

/** Reads them from a stack's configuration. */
export function readConnection(
  configuration: Readonly<Record<string, unknown>>,
): ConnectionSettings {
  const project = configuration["gcp:project"];
  if (typeof project !== "string") throw new Error("gcp:project is not set");
  return {
    pachyderm: block("pachyderm", configuration),
    kubernetes: block("kubernetes", configuration),
    detectorNamespace: block("seldon", configuration).detectorNamespace,
    gcp: {
      project,
      accessToken: optional(configuration["gcp:accessToken"]),
      endpoint: optional(configuration["gcp:storageCustomEndpoint"]),
    },
  };
}

function block<K extends Key>(
  key: K,
  configuration: Readonly<Record<string, unknown>>,
): z.output<(typeof schemas)[K]> {
  const result = schemas[key].safeParse(parsed(configuration[stackKey(key)] ?? {}));
  if (result.success) return result.data as z.output<(typeof schemas)[K]>;
  const [issue] = result.error.issues;
  const path = [key, ...((issue?.path ?? []) as (string | number)[])];
  throw new Error(`${fullKey(path)}: ${issue?.message}`);
}

/** A block may be stored as JSON text. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value; // the schema reports what it expects
  }
}

const optional = (value: unknown) =>
  typeof value === "string" && value !== "" ? value : undefined;
