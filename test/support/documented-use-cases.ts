import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repository } from "../../command-line/repository";

/** A use case that docs/use-cases.md tells its readers to write. */
export interface Example {
  readonly file: string;
  readonly code: string;
  readonly importLine: string;
  readonly entry: string;
}

export function readExamples(): Example[] {
  const text = readFileSync(join(repository, "docs/use-cases.md"), "utf8");
  // within a list, code is indented
  const outdent = (code: string, indent: string) => code.replaceAll(RegExp(`^${indent}`, "gm"), "");
  const files = text.matchAll(/<!-- file: (\S+) -->\n\n( *)```ts\n([\s\S]*?) *```/g);
  const entries = text.matchAll(/<!-- registry: (.*?) -->\n\n( *)```ts\n([\s\S]*?) *```/g);
  const registry = [...entries].map(([, importLine = "", indent = "", entry = ""]) => ({
    importLine,
    entry: outdent(entry, indent),
  }));
  return [...files].map(([, file = "", indent = "", code = ""], index) => {
    const own = registry[index] ?? assert.fail(`no registry for ${file}`);
    return { file, code: outdent(code, indent), ...own };
  });
}

/** The registry with an additional import and entry. */
function register(registry: string, importLine: string, entry: string): string {
  const withImport = registry.replace(/^import /m, `${importLine}\nimport `);
  return withImport.replace(/^};$/m, `${entry}};`);
}

/** Writes the use cases into a copy of the program, as the document says. */
export function addExamples(copy: string, examples: readonly Example[]): void {
  const registry = join(copy, "use-cases/index.ts");
  for (const { file, code, importLine, entry } of examples) {
    mkdirSync(dirname(join(copy, file)));
    writeFileSync(join(copy, file), code);
    writeFileSync(registry, register(readFileSync(registry, "utf8"), importLine, entry));
  }
}
