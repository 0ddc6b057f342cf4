/** The checks of names that programs share with the provider. */
export { detectorNameProblem, maxNamespaceLength } from "./plugin/deployment/detector-names";
