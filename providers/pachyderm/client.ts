/** The Pachyderm client, for tools that run outside of Pulumi. */

export type { CategorizedChange } from "./change-costs/categorize";
export { compareSpecs } from "./change-costs/compare-specs";
export type * from "./change-costs/report";
export { countOf, formatBytes, formatCount, formatDuration } from "./change-costs/units";
export { parseAddress } from "./plugin/api/address";
export { Client } from "./plugin/api/client";
export { toRequestJson } from "./spec/request";
