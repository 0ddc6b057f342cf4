/**
 * Fills the tables of docs/pachyderm-provider.md from the provider's schema: `npx tsx
 * scripts/provider-docs.ts`. A test fails when they are out of sync.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderTable } from "./provider-docs/tables";

export const DOCUMENT = join(__dirname, "../docs/pachyderm-provider.md");

/** The text, with new content between each `<!-- table: … -->` and `<!-- end -->`. */
export function fillTables(text: string): string {
  return text.replaceAll(
    /(<!-- table: (.+?) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => `${start}\n${renderTable(name)}\n\n${end}`,
  );
}

if (require.main === module) writeFileSync(DOCUMENT, fillTables(readFileSync(DOCUMENT, "utf8")));
