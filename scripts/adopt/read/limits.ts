/** Deeper files are not pipelines; the limit bounds the work on them. */
export const DEEPEST = 100;

/** A file has fewer values; the limit bounds the work on them, and on what aliases stand for. */
export const MOST_VALUES = 20_000;
export const TOO_MANY = `has more than ${MOST_VALUES} values: split it into several files`;

/** The key with which editors find a schema; pachctl drops it, too. */
export const JSON_SCHEMA = "$schema";

/** The key that sets an object's prototype. */
export const UNUSABLE_KEY = "__proto__";
