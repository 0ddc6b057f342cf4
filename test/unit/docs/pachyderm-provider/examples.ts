import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as ts from "typescript";
import { DOCUMENT } from "../../../../scripts/provider-docs";
import { type Recording, record } from "../../../support/program-recorder";

/** The examples of the document by the names in the comments above them. */
export function readExamples(): ReadonlyMap<string, string> {
  const found = readFileSync(DOCUMENT, "utf8").matchAll(
    /<!-- example: (\S+) -->\n\n```ts\n([\s\S]*?)```/g,
  );
  return new Map([...found].map(([, name = "", code = ""]) => [name, code]));
}

/** The folder in which examples are programs: `./pachyderm` is the provider there. */
const root = join(__dirname, "../../../..");

/** Runs an example as the program of a stack. */
export function runExample(code: string): Promise<Recording> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const require = createRequire(join(root, "index.ts"));
  return record(() => new Function("require", "exports", outputText)(require, {}));
}

/** The compiler's errors in the examples. */
export function typeErrors(examples: ReadonlyMap<string, string>): string[] {
  const files = new Map([...examples].map(([name, code]) => [join(root, `${name}.ts`), code]));
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts"],
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  host.jsDocParsingMode = ts.JSDocParsingMode.ParseForTypeErrors;
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, language, ...rest) => {
    const code = files.get(path);
    if (code === undefined) return getSourceFile.call(host, path, language, ...rest);
    return ts.createSourceFile(path, code, language);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
  });
}
