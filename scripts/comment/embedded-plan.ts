import { gunzipSync, gzipSync } from "node:zlib";
import { sizeOf } from "../markdown/limit";
import type { Plan } from "../plan/plan";
import { isPlan } from "../plan/plan-file";

/**
 * Enough for a plan with hundreds of resources; anything larger was not written by this program.
 */
const LARGEST_PLAN = 4_000_000;

/** The plan in a comment's last line; `plan` is undefined if it was too long for the comment. */
export type EmbeddedPlan =
  | { readonly failed: true }
  | { readonly failed: false; readonly fingerprint: string; readonly plan: Plan | undefined };

/**
 * The last line of a comment: an HTML comment, which GitHub keeps but does not show. A plan is read
 * only from there, because text from others cannot be in the last line.
 */
export function embedPlan(plan: Plan | undefined, room: number): string {
  if (plan === undefined) return "<!-- plan:failed -->";
  const packed = gzipSync(JSON.stringify(plan), { level: 9 }).toString("base64");
  const whole = `<!-- plan:${plan.fingerprint}:${packed} -->`;
  return sizeOf(whole) <= room ? whole : `<!-- plan:${plan.fingerprint} -->`;
}

const LAST_LINE = /(?:^|\n)<!-- plan:(?:failed|([0-9a-f]{12})(?::([A-Za-z0-9+/=]+))?) -->\s*$/;

/** The plan in a comment; undefined if it has none. */
export function extractPlan(comment: string): EmbeddedPlan | undefined {
  const found = LAST_LINE.exec(comment);
  if (found === null) return undefined;
  const [, fingerprint, packed] = found;
  if (fingerprint === undefined) return { failed: true };
  const plan = packed === undefined ? undefined : unpack(packed);
  return {
    failed: false,
    fingerprint,
    plan: plan?.fingerprint === fingerprint ? plan : undefined,
  };
}

/** The comment without its last line, and that line. */
export function splitLastLine(comment: string): readonly [text: string, lastLine: string] {
  const { index = comment.length } = LAST_LINE.exec(comment) ?? {};
  return [comment.slice(0, index).trimEnd(), comment.slice(index).trim()];
}

function unpack(packed: string): Plan | undefined {
  try {
    const options = { maxOutputLength: LARGEST_PLAN };
    const plan: unknown = JSON.parse(gunzipSync(Buffer.from(packed, "base64"), options).toString());
    return isPlan(plan) ? plan : undefined;
  } catch {
    return undefined; // damaged, so there is no plan to compare with
  }
}
