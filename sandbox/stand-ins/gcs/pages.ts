import { invalid } from "./api-error";
import type { JsonObject } from "./json";

/** The largest page, and the default: https://docs.cloud.google.com/storage/docs/json_api/v1/objects/list */
const MAX_RESULTS = 1000;

/** One page of a sorted list, with the token for the next one. */
export function pageOf<T extends JsonObject>(
  items: readonly T[],
  keyOf: (item: T) => string,
  query: URLSearchParams,
): { items: readonly T[]; nextPageToken?: string } {
  const wanted = Number(query.get("maxResults") ?? MAX_RESULTS);
  if (!Number.isInteger(wanted) || wanted < 1) throw invalid("Invalid maxResults");
  const token = query.get("pageToken");
  const last = token === null ? undefined : Buffer.from(token, "base64url").toString("utf8");
  const start = last === undefined ? 0 : items.findIndex((item) => keyOf(item) > last);
  const rest = start < 0 ? [] : items.slice(start);
  const page = rest.slice(0, Math.min(wanted, MAX_RESULTS));
  const end = page.at(-1);
  const more = end !== undefined && page.length < rest.length;
  return {
    items: page,
    ...(more && { nextPageToken: Buffer.from(keyOf(end)).toString("base64url") }),
  };
}
