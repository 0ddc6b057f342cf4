import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "../../..");

/** Phrases that messages and docs avoid, with what to write instead. */
const AVOIDED: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\b(?:ca|could|do|does|did|is|are|was|has|wo)n't\b/, "cannot, does not, is not"],
  [/\bcannot be so\b/, "has conflicting settings"],
  [/\bin clear\b/, "in plain text"],
  [/\bstands? in for\b/, "use either … or …, not both"],
  [/(?<!\b[Tt]here )\bis no (?!longer\b)/, "is not a …"],
  [/\bnobody answers at\b/, "cannot connect to"],
  [/\bdropped without a look\b/, "removed from the state without contacting the server"],
  [/\bthe next update settles it\b/, "the next update will check and retry"],
  [/\bBroken off\b/, "Interrupted"],
  [/\bis one argument too many\b/, "unexpected argument"],
  [/ told\b(?! apart)/, "reported"],
  [/ anew\b/, "again"],
  [/\bexists already\b/, "already exists"],
  [/\b(?:[Ww]hich|these|those|few|no|write|the) rights\b|\bthe right to\b/, "permissions"],
  [/\bexpected (?:text\b|a block of keys)/, "expected a string, expected an object with the keys"],
  [/\bthe text "/, 'is the string "…"'],
  [/\ba second time\b/, "duplicate …, … twice"],
  [/\bis an alias of nothing\b/, "refers to an undefined anchor"],
  [/\bon another (?:Kubernetes|Pachyderm) cluster\b/, "… different … cluster"],
  [/\bhas another (?:value|effect) than\b/, "differs from, has a different … than"],
  [/\bcannot be asked\b/, "is not reachable"],
  [/\bgives no token\b/, "did not return"],
  [/\bGitHub answers\b/, "GitHub returned"],
  [/\bnot in a form that\b/, "has an unsupported format"],
  [/\bare not the same"?$/, "do not match"],
  [/\b(?:that|which|will|to|would) mends?\b/, "fix"],
  [
    /\b(?:two|three) ways on\b|\bcommands that lead on\b/,
    "you have two options, the next commands",
  ],
  [/\blooks? at it\b/, "runs, checks"],
  [/\bone issue a stack\b/, "one issue per stack"],
  [/\bafter which nobody needs\b/, "the expiry date"],
  [/\bhave nothing to say\b/, "report nothing"],
  [/\bto take it for\b/, "to accept it as"],
  [/\b(?:some|any|no)body\b(?!')/, "a user, someone, no one, or the passive"],
  [/\b(?:goes|went) wrong\b/, "the errors, the problems"],
  [/\ball the same\b/, "still, nevertheless"],
  [/\b(?:one )?behind the other\b/, "in sequence, consecutive"],
  [/\ba line each\b/, "one line each"],
  [/\bput(?:s|ting)? back\b/, "restore"],
  [/\bwhat is left of\b/, "the rest of, what remains of"],
  [/\bout of step\b/, "out of sync"],
  [/\b(?:the|The|original) set-ups?\b/, "setup"],
  [/\b[Ww]hoever may\b/, "anyone who can"],
  [/\bWhere (?:auth|Pachyderm) (?:is|has)\b/, "If auth is activated"],
  [/\bby (?:a branch of its own|an own branch)\b/, "through its own branch"],
];

describe("messages and docs", () => {
  const files = tracked("*.ts", "*.md", "*.yaml", ":!test/");

  for (const [phrase, instead] of AVOIDED) {
    it(`say "${instead}" rather than ${phrase.source}`, () => {
      const found = files.flatMap((file) =>
        textsOf(file)
          .filter((text) => phrase.test(text) && !isQuoted(file, text))
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

/** The files in git that match patterns. */
function tracked(...patterns: string[]): string[] {
  const files = execFileSync("git", ["ls-files", ...patterns], { cwd: ROOT }).toString();
  return files.trim().split("\n");
}

/** The texts in sources that contain a phrase to avoid, each with its file. */
function avoidedIn(files: readonly string[], textsIn: (source: string) => string[]): string[] {
  return files.flatMap((file) =>
    textsIn(readFileSync(join(ROOT, file), "utf8"))
      .filter((text) => AVOIDED.some(([phrase]) => phrase.test(text)))
      .map((text) => `${file}: ${text}`),
  );
}

/** Whether a stand-in quotes the original. */
function isQuoted(file: string, text: string): boolean {
  return file.startsWith("sandbox/stand-ins/") && /n't\b/.test(text);
}

describe("comments", () => {
  it("avoid the same phrases", () => {
    assert.deepEqual(avoidedIn(tracked("*.ts", ":!test/"), commentsOf), []);
  });

  it("are read from sources as one line each, and nothing else is", () => {
    const source = 'const a = "// no"; // yes\n/**\n * one\n * two\n */\nconst b = `/* a */`;';
    assert.deepEqual(commentsOf(source), ["// yes", "/** one two */"]);
  });
});

describe("titles and comments of tests", () => {
  it("avoid the same phrases", () => {
    // this file names the phrases
    const files = tracked("test/*.ts", ":!test/unit/docs/wording.test.ts");
    assert.deepEqual(
      avoidedIn(files, (source) => [...titlesOf(source), ...commentsOf(source)]),
      [],
    );
  });

  it("are those of suites and tests, at any depth", () => {
    const source = 'describe("a", () => { it("b", () => f("c")); }); it("d " + "e");';
    assert.deepEqual(titlesOf(source), ["a", "b", '"d " + "e"']);
  });
});

/** The titles of a test file's suites and tests; those that are computed as they are written. */
function titlesOf(source: string): string[] {
  const found: string[] = [];
  const file = ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest);
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && /^(describe|it)$/.test(node.expression.getText(file))) {
      const [title] = node.arguments;
      if (title) found.push(ts.isStringLiteralLike(title) ? title.text : title.getText(file));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The comments of a source, each on one line. */
function commentsOf(source: string): string[] {
  const found = new Map<number, string>();
  const file = ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest);
  const visit = (node: ts.Node) => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(source, node.getEnd()) ?? []),
    ];
    for (const { pos, end } of node.kind === ts.SyntaxKind.TemplateTail ? [] : ranges)
      found.set(pos, source.slice(pos, end).replaceAll(/\s*\n\s*\*?\s*(?=[^/])/g, " "));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...found.values()].map((comment) => comment.replaceAll(/\s+/g, " "));
}

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
