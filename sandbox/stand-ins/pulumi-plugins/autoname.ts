import { createHash } from "node:crypto";

/**
 * The name of an object whose program does not set one: the resource's name and random digits,
 * which are the same in a preview and the following update.
 */
export function autoname(name: string, urn: string, seed: Uint8Array, digits: number): string {
  const random = createHash("sha256").update(seed).update(urn).digest("hex");
  return `${name}-${random.slice(0, digits)}`;
}
