/** Advice for messages: what to do if an object that the stack would create already exists. */
export const EXISTS_ADVICE = {
  namespace: "set seldon.existing to use it, or choose another seldon.namespace or namePrefix",
  otherPrefix: "choose another namePrefix if it belongs to another stack",
  otherPrefixOrNamespace:
    "choose another namePrefix or seldon.namespace if it belongs to another stack",
} as const;

/** What to do if a namespace that the stack does not create does not exist. */
export const MISSING_ADVICE = {
  pachydermNamespace: "install Pachyderm, or correct pachyderm.namespace",
  detectorNamespace: "install Seldon's request logger, or correct seldon.detectorNamespace",
  seldonNamespace:
    "correct seldon.namespace, or remove seldon.existing to have the stack create it",
} as const;
