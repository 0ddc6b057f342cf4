import { gunzipSync, gzipSync } from "node:zlib";
import type { Plan } from "../plan/plan";
import { isPlan } from "../plan/plan-file";

/** A plan of some hundred resources; what is larger when unpacked was not written by us. */
const LARGEST_PLAN = 4_000_000;

/** A plan as an HTML comment, which GitHub keeps and does not show. */
export function embedPlan(plan: Plan): string {
  return `<!-- plan:${gzipSync(JSON.stringify(plan), { level: 9 }).toString("base64")} -->`;
}

/** The plan of the comment in which it was reviewed; undefined where it was cut or is damaged. */
export function extractPlan(comment: string): Plan | undefined {
  const packed = /<!-- plan:([A-Za-z0-9+/=]+) -->/.exec(comment)?.[1];
  if (packed === undefined) return undefined;
  try {
    const options = { maxOutputLength: LARGEST_PLAN };
    const plan: unknown = JSON.parse(gunzipSync(Buffer.from(packed, "base64"), options).toString());
    return isPlan(plan) ? plan : undefined;
  } catch {
    return undefined; // damaged, so there is no plan to compare with
  }
}

/** The fingerprint that a comment names, which is there even where the plan was cut. */
export function extractFingerprint(comment: string): string | undefined {
  const shown = /^\*\*Next:\*\* .* Only fingerprint `([0-9a-f]{12})` is applied\.$/m.exec(comment);
  return shown?.[1] ?? extractPlan(comment)?.fingerprint;
}
