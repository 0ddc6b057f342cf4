import type { z } from "zod";
import type { ConfigPath } from "./messages";
import { type Key, schemas } from "./schema";

/**
 * What a configuration key expects, such as "the name of a bucket, …", in the words of its
 * messages.
 */
export function expectationOf([key, ...path]: ConfigPath): string {
  const schema = schemaAt(schemas[key as Key], path);
  // a schema with a rule for strings gives more detail about a string that breaks it
  const issues = schema.safeParse("!").error?.issues ?? schema.safeParse(null).error?.issues;
  return (issues?.[0]?.message ?? "").replace(/^expected /, "");
}

/** The parts of zod's schemas that lead to the next level. */
interface SchemaParts {
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly def?: { readonly catchall?: z.ZodType };
}

function schemaAt(schema: z.ZodType, [key, ...path]: ConfigPath): z.ZodType {
  if (key === undefined) return withoutOptional(schema);
  const { shape = {}, def } = schema as SchemaParts;
  const next = shape[key] ?? def?.catchall;
  if (next === undefined) throw new Error(`the configuration has no key ${key}`);
  return schemaAt(next, path);
}

function withoutOptional(schema: z.ZodType): z.ZodType {
  const { unwrap } = schema as { unwrap?: () => z.ZodType };
  return unwrap === undefined ? schema : withoutOptional(unwrap.call(schema));
}
