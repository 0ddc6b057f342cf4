import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CommandBlock,
  commandBlocks,
  commandsOf,
  documents,
  readDocument,
} from "../../support/documents";
import { npmProblem } from "../../support/npm-commands";
import { notRunBy } from "../../support/run-by";

const root = join(__dirname, "../../..");
/** Commands that no test runs: they need a server, a cloud or a network. */
const NEVER_RUN = /\b(?:pachctl|npm ci|pulumi login|eval)\b/g;

/** The error in a block's mark; undefined if it has none. */
function problemOf(block: CommandBlock): string | undefined {
  const { mark = "", commands } = block;
  const typed = commands.replaceAll(/\s#.*$/gm, "");
  if (/^needs a cloud: .+/.test(mark)) return undefined;
  const [, file, title, notRun = ""] =
    /^run by: (\S+), "(.+?)"(?:; not run: (.+))?$/.exec(mark) ?? [];
  if (file === undefined || title === undefined) {
    return (
      `say above the block which test runs it, <!-- run by: FILE, "TITLE OF THE TEST" -->, ` +
      `or why no test can, <!-- needs a cloud: REASON -->:\n${commands}`
    );
  }
  const silent = typed.match(NEVER_RUN)?.find((word) => !notRun.startsWith(`${word}, `));
  if (silent !== undefined) return `no test runs ${silent}: add "; not run: ${silent}, REASON"`;
  if (!existsSync(join(root, file))) return `there is no file ${file}`;
  const source = readFileSync(join(root, file), "utf8");
  const lacking = file.endsWith(".ts")
    ? notRunBy(source, title, block)
    : [title].find((words) => !source.includes(words));
  return lacking && `${file}, "${title}" does not run ${lacking}`;
}

describe("the commands in the documents", () => {
  for (const document of documents) {
    it(`of ${document} are run by a test or need a cloud`, () => {
      assert.deepEqual(commandBlocks(document).map(problemOf).filter(Boolean), []);
    });

    it(`of ${document} name existing npm scripts and options`, () => {
      const lines = commandsOf("npm", readDocument(document));
      assert.deepEqual(lines.map(npmProblem).filter(Boolean), []);
    });
  }

  it("name the secrets provider if a stack file exists, which stack init would otherwise change", () => {
    const begins = ["docs/getting-started.md"]; // a stack without a file
    const plain = documents
      .filter((document) => !begins.includes(document))
      .flatMap((document) => commandBlocks(document))
      .flatMap(({ commands }) => commands.split("\n"))
      .filter((line) => /^ *pulumi stack init\b(?!.*--secrets-provider \S)/.test(line));
    assert.deepEqual(plain, []);
  });

  it("are reported if no test runs them, or if the named test does not exist", () => {
    const fence = "```";
    const block = (mark: string) => `${mark}\n\n  ${fence}sh\n  pulumi up\n  ${fence}\n`;
    const problems = (mark: string) => commandBlocks("x.md", block(mark)).map(problemOf);
    assert.match(problems("text")[0] ?? "", /^say above the block .*pulumi up\n$/s);
    assert.deepEqual(problems("  <!-- needs a cloud: it logs in -->"), [undefined]);
    assert.deepEqual(problems('<!-- run by: nowhere.ts, "x" -->'), ["there is no file nowhere.ts"]);
    assert.deepEqual(problems('<!-- run by: README.md, "no such words here?" -->'), [
      'README.md, "no such words here?" does not run no such words here?',
    ]);
  });

  it("are reported if they claim that a test runs something that no test runs", () => {
    const mark = '<!-- run by: .ci/run, "npm test" -->';
    const problem = (text: string) =>
      commandBlocks("x.md", `${text}\n\n\`\`\`sh\nnpm test | pachctl x # eval\n\`\`\`\n`).map(
        problemOf,
      );
    assert.deepEqual(problem(mark), ['no test runs pachctl: add "; not run: pachctl, REASON"']);
    assert.deepEqual(
      problem(mark.replace(" -->", "; not run: pachctl, which needs a server -->")),
      [undefined],
    );
  });

  it("are reported if the named test does something else", () => {
    const source = [
      "const help = () => linesRunBy('docs/x.md', title);",
      'describe("a stack", () => {',
      '  it("is unlocked", async () => {',
      '    await engine.pulumi(["cancel", "--yes"]);',
      "  });",
      "",
      '  it("is refreshed", async () => {',
      '    await engine.pulumi(["refresh", "--force"]);',
      "  });",
      "",
      '  it("is read", async () => {',
      '    await engine.follow("is read");',
      "  });",
      "});",
    ].join("\n");
    const lacks = (title: string, commands: string, document = "docs/x.md") =>
      notRunBy(source, title, { document, commands });
    assert.equal(lacks("is unlocked", "pulumi cancel --yes   # unlocks --all\n"), undefined);
    assert.equal(lacks("is unlocked", "pulumi cancel --yes\npulumi refresh"), "pulumi refresh");
    assert.equal(lacks("is unlocked", "pulumi cancel --yes --force\n"), "--force");
    assert.equal(lacks("a stack", "pulumi cancel --yes\npulumi refresh --force\n"), undefined);
    assert.equal(lacks("is refreshed", "npm run refresh-all"), "npm run refresh-all");
    assert.equal(lacks("is read", "pulumi up --whatever"), undefined);
    assert.equal(lacks("is read", "pulumi up --whatever", "docs/y.md"), "pulumi up");
    assert.equal(lacks("is gone", "pulumi up"), 'anything: it has no test "is gone"');
  });

  it("are reported if a script or an option does not exist", () => {
    assert.equal(npmProblem("npm run --silent render -- --stack dev | pachctl x -f -"), undefined);
    assert.equal(npmProblem("npm run demo -- --keep"), undefined);
    assert.equal(npmProblem("npm ci"), undefined);
    assert.match(npmProblem("npm run demo -- --kep") ?? "", /demo does not take --kep$/);
    assert.match(npmProblem("npm run nope") ?? "", /there is no script nope$/);
    assert.match(npmProblem("npm run check-up") ?? "", /there is no script check-up$/);
    assert.match(npmProblem("npm run sandbox -- down --whipe") ?? "", /--whipe/);
    assert.match(npmProblem("npm run new-env -- prod --bukket x") ?? "", /--bukket/);
  });
});
