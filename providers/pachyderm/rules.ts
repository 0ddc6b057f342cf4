/** The checks of names, addresses and specs that programs share with the provider. */
export { parseSizeLimit, parseTimeLimit } from "./change-costs/budget";
export { parseAddress } from "./plugin/api/address";
export { specShapeProblems } from "./spec/check";
export { imageProblem } from "./spec/check/image";
export { bothNamesProblem, longNameProblem } from "./spec/check/names";
export { isCommitId, letterProblem } from "./spec/check/syntax";
export { DEFAULT_BRANCH, DEFAULT_PROJECT } from "./spec/defaults";
export { specFieldName, specFieldNames } from "./spec/fields";
export { cronRepo, type InputLeaf, inputLeaves, mapInputLeaves, repoRead } from "./spec/inputs";
