/** What the doctor reports. docs/doctor.schema.json is generated from the schema. */
import { z } from "zod";

/** The parts of the environment, in the order of the report. */
export const AREAS = [
  "tools",
  "configuration",
  "pachyderm",
  "cluster",
  "googleCloud",
  "determined",
  "seldon",
] as const;

export const STATUSES = ["passed", "warning", "failed", "unchecked"] as const;

export type Area = (typeof AREAS)[number];
export type Status = (typeof STATUSES)[number];

const count = z.int().nonnegative();

const finding = z
  .strictObject({
    check: z.string().describe("The check's identifier, `AREA.NAME`; docs/doctor.md lists them."),
    area: z.enum(AREAS),
    title: z.string().describe("The display name of the check."),
    subject: z
      .string()
      .nullable()
      .describe("The object that was checked, if a check covers several."),
    status: z
      .enum(STATUSES)
      .describe(
        "`failed`: the next update, or what it starts, fails. `warning`: it may. `unchecked`: `found` says why.",
      ),
    found: z.string().describe("What was found, or why it could not be checked."),
    action: z.string().nullable().describe("What to do about it; null if there is nothing to do."),
  })
  .describe("The result of one check of one object.");

export const doctorReportSchema = z
  .strictObject({
    version: z.literal(1),
    stack: z.string(),
    totals: z.strictObject({ passed: count, warning: count, failed: count, unchecked: count }),
    findings: z.array(finding).describe("In a fixed order: by area, then by check."),
  })
  .describe("What `npm run doctor -- --json` prints.");

export type Finding = Readonly<z.output<typeof finding>>;
export type DoctorReport = Readonly<z.output<typeof doctorReportSchema>>;

export function reportOf(stack: string, findings: readonly Finding[]): DoctorReport {
  const totals = { passed: 0, warning: 0, failed: 0, unchecked: 0 };
  for (const { status } of findings) totals[status]++;
  return { version: 1, stack, totals, findings: [...findings] };
}
