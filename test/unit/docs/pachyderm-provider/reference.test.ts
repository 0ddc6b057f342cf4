import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { providerSchema } from "../../../../providers/pachyderm/plugin/schema";
import { DOCUMENT, fillTables } from "../../../../scripts/provider-docs";
import { renderTable } from "../../../../scripts/provider-docs/tables";

const text = readFileSync(DOCUMENT, "utf8");
const root = join(__dirname, "../../../..");

describe("docs/pachyderm-provider.md", () => {
  it("has the tables generated from the schema", () => {
    assert.equal(text, fillTables(text), "run: npx tsx scripts/provider-docs.ts");
  });

  it("has a section and the arguments of each resource, and all of the spec's types", () => {
    const { resources, types } = providerSchema("0.0.0");
    for (const token of Object.keys(resources)) {
      const name = token.split(":").at(-1);
      assert.ok(text.includes(`\n## ${name}\n`), `a section on ${name}`);
      assert.ok(text.includes(`<!-- table: arguments of ${name} -->`), `arguments of ${name}`);
    }
    for (const token of Object.keys(types)) {
      assert.ok(text.includes(`\n#### ${token.split(":").at(-1)}\n`), token);
    }
  });

  it("explains only errors that the provider or Pachyderm has", () => {
    const sources = [
      "providers/pachyderm/change-costs",
      "providers/pachyderm/plugin",
      "providers/pachyderm/spec",
      "providers/kit",
    ]
      .flatMap((folder) => {
        const path = join(root, folder);
        return readdirSync(path, { recursive: true, encoding: "utf8" })
          .filter((name) => name.endsWith(".ts"))
          .map((name) => readFileSync(join(path, name), "utf8"));
      })
      .join("\n");
    const section = text.slice(
      text.indexOf("## Errors and what to do"),
      text.indexOf("## The pipeline spec, field by field"),
    );
    const messages = [...section.matchAll(/^\| `(.+?)` \|/gm)].map(([, message = ""]) => message);
    assert.ok(messages.length > 10);
    // or that Pachyderm itself has, as recorded
    const recorded = readFileSync(
      join(root, "test/fixtures/pachyderm/recorded-2.12-auth.json"),
      "utf8",
    );
    for (const message of messages) {
      assert.ok(sources.includes(message) || recorded.includes(message), message);
    }
  });

  it("has no two sections with the same anchor, which would break links to the second", () => {
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading.toLowerCase(),
    );
    assert.equal(new Set(headings).size, headings.length);
  });
});

describe("renderTable", () => {
  it("marks required arguments, and links to types", () => {
    const table = renderTable("arguments of Pipeline");
    assert.match(table, /^\| `spec` \| \[PipelineSpec\]\(#pipelinespec\), required \| /m);
    assert.match(table, /^\| `restartTriggers` \| map of string \| /m);
  });

  it("lists as outputs only what is not an argument", () => {
    const rows = renderTable("outputs of RobotToken").split("\n").slice(2);
    assert.deepEqual(
      rows.map((row) => row.split("`")[1]),
      ["principal", "token", "expiration", "active"],
    );
  });

  it("refuses a table that does not exist", () => {
    assert.throws(
      () => renderTable("arguments of Nothing"),
      /unknown table "arguments of Nothing"/,
    );
  });
});
