/** Deeper files are not pipelines; the limit bounds the work on them. */
export const DEEPEST = 100;

/** The key with which editors find a schema; pachctl drops it, too. */
export const JSON_SCHEMA = "$schema";

/** The key that sets an object's prototype. */
export const UNUSABLE_KEY = "__proto__";
