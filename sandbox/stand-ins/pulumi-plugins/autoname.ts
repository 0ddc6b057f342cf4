import { createHash } from "node:crypto";

/**
 * The name of an object whose program gives it none: that of the resource and random digits, which
 * are the same in the preview and in the update that follows it.
 */
export function autoname(name: string, urn: string, seed: Uint8Array, digits: number): string {
  const random = createHash("sha256").update(seed).update(urn).digest("hex");
  return `${name}-${random.slice(0, digits)}`;
}
