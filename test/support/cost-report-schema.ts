/**
 * The schema of a cost report. It is here, and not in the provider, so that the plugin starts without
 * a schema library; the compiler compares it with the provider's types.
 */
import { z } from "zod";
import { CHANGE_CATEGORIES } from "../../providers/pachyderm/change-costs/category";
import type { CostReport } from "../../providers/pachyderm/change-costs/report";

const count = z.int().nonnegative();
const amount = z.number().nonnegative();
const reasons = z.array(z.string());
const category = z.enum(CHANGE_CATEGORIES);
const reported = z.enum([...CHANGE_CATEGORIES, "create", "delete", "downstream"]);
const time = { p50Seconds: amount, p90Seconds: amount };
const place = { project: z.string(), name: z.string(), urn: z.string().nullable() };

const pipeline = z
  .strictObject({
    ...place,
    member: z
      .boolean()
      .nullable()
      .describe("Whether it belongs to this stack; null if that is unknown."),
    category: reported,
    fields: z.array(z.strictObject({ path: z.string(), category })),
    datums: z
      .strictObject({
        processed: count,
        total: count,
        vanishing: count.describe("Datums whose results disappear."),
        upTo: z.boolean().describe("Whether `processed` is an upper bound."),
      })
      .nullable(),
    bytes: amount.nullable().describe("The size of the input data to process."),
    time: z.strictObject({ ...time, jobs: count, workers: count }).nullable(),
    killedJobs: z.array(
      z.strictObject({
        id: z.string(),
        state: z.string(),
        seconds: amount.describe("How long it has run."),
      }),
    ),
    deletedBytes: amount.nullable().describe("The size of the data that is deleted with it."),
    because: z.array(z.string()).describe("The upstream pipelines whose change affects it."),
    effects: z.array(z.string()).describe("What else happens, such as an egress that runs again."),
    unknown: reasons,
  })
  .describe("What happens to a pipeline. An unknown value is null; `unknown` says why.");

export const costReportSchema = z
  .strictObject({
    version: z.literal(1),
    stack: z.string(),
    totals: z.strictObject({
      categories: z.partialRecord(reported, count),
      datums: count.nullable(),
      bytes: amount.nullable(),
      time: z.strictObject(time).nullable(),
      killedJobs: count,
      killedSeconds: amount,
      deletedBytes: amount.nullable(),
      outside: count,
      unknown: reasons,
    }),
    budget: z.strictObject({
      limits: z.record(z.string(), z.union([z.string(), z.number()])),
      breaches: z.array(
        z.strictObject({
          key: z.string(),
          found: z.union([z.number(), z.string()]),
          limit: z.union([z.number(), z.string()]),
          message: z.string(),
        }),
      ),
    }),
    pipelines: z.array(pipeline),
    repos: z.array(
      z.strictObject({
        ...place,
        deletedBytes: amount.nullable(),
        readers: z.array(z.string()).describe("The pipelines that read it."),
        unknown: reasons,
      }),
    ),
    notLookedUp: z.array(z.string()).describe("What could not be looked up, and why."),
  })
  .describe("What a change to a stack costs.");

type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T;
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** A compile error if schema and type differ. */
export const SCHEMA_IS_THE_TYPE: Same<
  Writable<z.output<typeof costReportSchema>>,
  Writable<CostReport>
> = true;
