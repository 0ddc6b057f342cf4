/** What to do about something that already exists and that the stack would create, for messages. */
export const EXISTS_ADVICE = {
  namespace: "set seldon.existing to use it, or choose another seldon.namespace or namePrefix",
  otherPrefix: "choose another namePrefix if it belongs to another stack",
} as const;
