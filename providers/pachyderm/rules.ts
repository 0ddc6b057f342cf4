/** The checks of names and addresses that programs share with the provider. */
export { parseSizeLimit, parseTimeLimit } from "./change-costs/budget";
export { parseAddress } from "./plugin/api/address";
export { bothNamesProblem, longNameProblem } from "./spec/check/names";
export { letterProblem } from "./spec/check/syntax";
export { specFieldName, specFieldNames } from "./spec/fields";
