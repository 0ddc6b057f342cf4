/** Names, and checks of names, that programs share with the provider. */
export { detectorNameProblem, maxNamespaceLength } from "./plugin/deployment/detector-names";
export { DEFAULT_DETECTOR_NAMESPACE } from "./plugin/deployment/inputs";
