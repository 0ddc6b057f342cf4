/** Writes docs/doctor.schema.json. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { doctorReportSchema } from "./report";

const file = join(__dirname, "../../docs/doctor.schema.json");

writeFileSync(file, `${JSON.stringify(z.toJSONSchema(doctorReportSchema), null, 2)}\n`);
