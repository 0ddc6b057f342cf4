import assert from "node:assert/strict";
import { configurationChecks } from "../../../../scripts/doctor/checks/configuration";
import { toolChecks } from "../../../../scripts/doctor/checks/tools";
import { CHECK_FAILED, checksOf } from "../../../../scripts/doctor/run-doctor";
import { doctorStack } from "../../../support/doctor";
import { readDocument } from "../../../support/documents";

describe("docs/doctor.md", () => {
  const text = readDocument("docs/doctor.md");

  it("has a row for each check, in the order of the report", () => {
    const checks = [
      ...toolChecks({ cli: async () => ({ stdout: "" }) }),
      ...configurationChecks({} as Parameters<typeof configurationChecks>[0]),
      ...checksOf(doctorStack({})),
    ];
    const [, table = ""] = text.split("## What is checked");
    const rows = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    assert.deepEqual(
      rows.filter((name) => /^\w+\.[\w-]+$/.test(name ?? "") && !name?.startsWith("storage.")),
      checks.map(({ area, name }) => `${area}.${name}`),
    );
  });

  it("documents the exit code", () => {
    assert.match(text, new RegExp(`^\\| ${CHECK_FAILED} \\| at least one check failed`, "m"));
  });
});
