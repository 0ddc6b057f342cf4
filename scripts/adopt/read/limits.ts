/** No pipeline is nested deeper; the limit bounds the work on other files. */
export const DEEPEST = 100;

/**
 * No pipeline file has more values; the limit bounds the work on other files, and on their aliases.
 */
export const MOST_VALUES = 20_000;
export const TOO_MANY = `has more than ${MOST_VALUES} values: split it into several files`;

/** The key that tells editors the schema; pachctl also drops it. */
export const JSON_SCHEMA = "$schema";

/** The key that sets the prototype of an object. */
export const UNUSABLE_KEY = "__proto__";
