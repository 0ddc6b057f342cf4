import { createHash } from "node:crypto";
import { maxNamespaceLength } from "../providers/seldon/rules";
import type { UseCaseOverrides } from "./overrides-schema";

/** What is dedicated to a use case. */
export interface Dedicated {
  readonly secret: boolean;
  readonly bucket: boolean;
  readonly namespace: boolean;
}

/** What is dedicated; a namespace implies a Secret, which names it. */
export function readDedicated({ dedicated = {} }: UseCaseOverrides): Dedicated {
  const { secret = false, bucket = false, namespace = false } = dedicated;
  return { secret: secret || namespace, bucket, namespace };
}

/** The name of a dedicated object, derived from the shared one's. */
export function dedicatedName(shared: string, useCase: string): string {
  return `${shared}-${useCase}`;
}

/**
 * The name of a use case's dedicated Seldon namespace. Detectors' names contain it, so it is
 * shortened if they would be too long; a few digits distinguish it from names that start alike.
 */
export function dedicatedNamespace(shared: string, useCase: string, deployName: string): string {
  const name = dedicatedName(shared, useCase);
  const length = maxNamespaceLength(deployName);
  if (name.length <= length) return name;
  const digits = createHash("sha256").update(name).digest("hex").slice(0, 4);
  const start = name.slice(0, Math.max(0, length - digits.length - 1)).replace(/-+$/, "");
  // a shorter name would be meaningless: checkDetectorNames refuses the long one
  return start.length < shared.length ? name : `${start}-${digits}`;
}
