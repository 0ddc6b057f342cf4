/** The Pachyderm client, for tools that run outside Pulumi. */

export { type Budget, checkBudget, unknownLimits } from "./change-costs/budget";
export type { CategorizedChange } from "./change-costs/categorize";
export { compareSpecs } from "./change-costs/compare-specs";
export {
  COSTS_FILE_VARIABLE,
  type CostNote,
  mergeNotes,
  totalsOf,
} from "./change-costs/merge";
export type * from "./change-costs/report";
export {
  countOf,
  formatBytes,
  formatCount,
  formatDuration,
  formatRange,
} from "./change-costs/units";
export { CATEGORY_WORDS } from "./change-costs/words";
export { parseAddress } from "./plugin/api/address";
export { Api, type ListedPipeline, type ListedRepo, type Version } from "./plugin/api/api";
export type { AuthResource } from "./plugin/api/auth-api";
export { formatBranch, parseBranch } from "./plugin/api/branch-api";
export { Client } from "./plugin/api/client";
export { Deadline } from "./plugin/api/deadline";
export { isUnauthenticated, NotPachydermError } from "./plugin/api/errors";
export { formatId, parseId } from "./plugin/api/object-ref";
export { requireVersion } from "./plugin/connection/required-version";
export { readSettings, type Settings } from "./plugin/connection/settings";
export { findResourceId } from "./plugin/find-resource";
export { deleteOrStartAgain } from "./plugin/pipeline/delete";
export { readImportedAsIs } from "./plugin/pipeline/imported-as-is";
export { liveSpec } from "./plugin/pipeline/live";
export { inputBranches } from "./plugin/shared/input-branches";
export { REQUEST_FIELDS } from "./spec/canonical";
export { checkSpec, formatProblem, specShapeProblems } from "./spec/check";
export { looksLikeSecret } from "./spec/check/transform";
export { diffSpecs, specsEqual } from "./spec/compare";
export { mergeDrift } from "./spec/drift";
export { toRequestJson } from "./spec/request";
export { inSchemaForm } from "./spec/respell";
