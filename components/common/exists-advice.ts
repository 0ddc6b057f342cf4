/** What to do about something that already exists and that the stack would create, for messages. */
export const EXISTS_ADVICE = {
  namespace: "set seldon.existing to use it, or choose another seldon.namespace or namePrefix",
  otherPrefix: "choose another namePrefix if it belongs to another stack",
} as const;

/** What to do about a namespace that does not exist and that the stack does not create. */
export const MISSING_ADVICE = {
  pachydermNamespace: "install Pachyderm, or correct pachyderm.namespace",
  detectorNamespace: "install Seldon's request logger, or correct seldon.detectorNamespace",
  seldonNamespace:
    "correct seldon.namespace, or remove seldon.existing to have the stack create it",
} as const;
