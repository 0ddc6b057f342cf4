import type { z } from "zod";
import { fullKey } from "../../config/messages";
import { type Key, schemas } from "../../config/schema";
import { stackKey } from "../../config/stack-file";
import type { StackRecord } from "./stack-record";

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

/** The identities of the clusters that the settings lead to. */
export interface ClusterIds {
  readonly kubernetes: string;
  readonly pachyderm: string;
}

const TITLES = { kubernetes: "Kubernetes", pachyderm: "Pachyderm" } as const;

/**
 * Why the clusters may not be swept: they are not those that the stack is on, or it is not known. On
 * another cluster, whatever the stacks of this backend own would look left behind.
 */
export function clusterProblem(
  stack: string,
  record: StackRecord,
  found: ClusterIds,
): string | undefined {
  for (const system of ["kubernetes", "pachyderm"] as const) {
    const title = `${TITLES[system]} cluster`;
    const recorded = record[system];
    if (recorded.length === 0)
      return `the state of stack ${stack} does not tell which ${title} it is on: expected a stack that has been deployed, with at least one use case`;
    if (!recorded.includes(found[system]))
      return `the ${title} that the configuration of stack ${stack} leads to (${found[system]}) is not the one that the stack is on (${recorded.join(", ")}): correct the configuration or the environment`;
  }
  return undefined;
}
