import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "../../..");

/** Phrases that messages and docs avoid, with what to write instead. */
const AVOIDED: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/can't be so\b/, "has conflicting settings"],
  [/\bin clear\b/, "in plain text"],
  [/\bstands? in for\b/, "use either … or …, not both"],
  [/(?<!\bthere )\bis no (?!longer\b)/, "is not a …"],
  [/\bnobody answers at\b/, "cannot connect to"],
  [/\bdropped without a look\b/, "removed from the state without contacting the server"],
  [/\bthe next update settles it\b/, "the next update will check and retry"],
  [/\bBroken off\b/, "Interrupted"],
  [/\bis one argument too many\b/, "unexpected argument"],
  [/ told\b(?! apart)/, "reported"],
  [/ anew\b/, "again"],
];

describe("messages and docs", () => {
  const files = execFileSync("git", ["ls-files", "*.ts", "*.md", "*.yaml"], { cwd: ROOT })
    .toString()
    .split("\n")
    .filter((file) => file !== "" && !file.startsWith("test/"));

  for (const [phrase, instead] of AVOIDED) {
    it(`say "${instead}" rather than ${phrase.source}`, () => {
      const found = files.flatMap((file) =>
        textsOf(file)
          .filter((text) => phrase.test(text))
          .map((text) => `${file}: ${text}`),
      );
      assert.deepEqual(found, []);
    });
  }

  it("are read from the string literals of sources, and line by line", () => {
    assert.deepEqual(literalsOf(`// is no\nconst a = "told " + \`b \${"c"} anew\`;`), [
      "told ",
      "b ",
      "c",
      " anew",
    ]);
    assert.ok(files.includes("README.md") && files.includes("config/messages.ts"));
  });
});

const texts = new Map<string, string[]>();

function textsOf(file: string): string[] {
  const known = texts.get(file);
  if (known !== undefined) return known;
  const content = readFileSync(join(ROOT, file), "utf8");
  const read = file.endsWith(".ts") ? literalsOf(content) : content.split("\n");
  texts.set(file, read);
  return read;
}

/** The string literals of a source, and the parts of its templates. */
function literalsOf(source: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    )
      found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest));
  return found;
}
