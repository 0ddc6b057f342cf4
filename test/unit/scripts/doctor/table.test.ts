import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { withoutSecrets } from "../../../../scripts/doctor/redact";
import { doctorReportSchema, reportOf } from "../../../../scripts/doctor/report";
import { doctorTable } from "../../../../scripts/doctor/table";
import { finding } from "../../../support/doctor";

const FILE = join(__dirname, "../../../../docs/doctor.schema.json");

const FINDINGS = [
  finding(),
  finding({
    check: "pachyderm.server",
    area: "pachyderm",
    title: "server",
    status: "failed",
    found: "cannot connect to Pachyderm at http://127.0.0.1:1: connect ECONNREFUSED",
    action: "check the address",
  }),
  finding({
    check: "pachyderm.permissions",
    area: "pachyderm",
    title: "permissions",
    subject: "repo default/cats",
    status: "unchecked",
    found: "Pachyderm is not reachable: see above",
  }),
];

describe("the doctor's table", () => {
  it("has the totals on top, then each area with its findings, and below each what to do", () => {
    assert.equal(
      doctorTable(reportOf("dev", FINDINGS)),
      `dev: 1 passed, 1 failed, 1 not checked

Tools
  ok           Node.js      20.19.0

Pachyderm
  FAILED       server       cannot connect to Pachyderm at http://127.0.0.1:1: connect ECONNREFUSED
                            → check the address
  not checked  permissions  repo default/cats: Pachyderm is not reachable: see above
`,
    );
  });
});

describe("docs/doctor.schema.json", () => {
  it("is the schema of the report, version 1", () => {
    assert.equal(doctorReportSchema.shape.version.value, 1);
    assert.deepEqual(JSON.parse(readFileSync(FILE, "utf8")), z.toJSONSchema(doctorReportSchema));
  });

  it("accepts a report and refuses one with a key more, less or of another kind", () => {
    const report = reportOf("dev", FINDINGS);
    assert.deepEqual(doctorReportSchema.parse(report), report);
    const { stack: _, ...less } = report;
    const odd = { ...report, findings: [{ ...finding(), status: "odd" }] };
    for (const wrong of [less, { ...report, more: 1 }, { ...report, version: 2 }, odd]) {
      assert.ok(!doctorReportSchema.safeParse(wrong).success);
    }
  });
});

describe("the doctor's findings", () => {
  const clean = (found: string, secrets: string[], publicText?: string) =>
    withoutSecrets([finding({ found, action: found, subject: found })], secrets, publicText)[0];

  it("contain no secret that a server repeats, whether unchanged or in JSON, URLs and base64", () => {
    const secret = 'pass "word"/1';
    const base64 = Buffer.from(secret).toString("base64");
    const text = `${secret} ${JSON.stringify(secret)} ${encodeURIComponent(secret)} ${base64}`;
    const shown = '[secret] "[secret]" [secret] [secret]';
    const { found, action, subject } = clean(text, [secret]) ?? {};
    assert.deepEqual([found, action, subject], [shown, shown, shown]);
  });

  it("keep words that are public anyway, or too short to be distinguished from other words", () => {
    assert.equal(
      clean("bucket determined-1 of bob", ["determined", "bob"], "determined-1")?.found,
      "bucket determined-1 of bob",
    );
  });
});
