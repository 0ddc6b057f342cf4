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

const root = join(__dirname, "../../..");
/** What is wrong with the mark of a block; undefined if nothing is. */
function problemOf({ mark = "", commands }: CommandBlock): string | undefined {
  if (/^needs a cloud: .+/.test(mark)) return undefined;
  const [, file, title] = /^run by: (\S+), "(.+)"$/.exec(mark) ?? [];
  if (file === undefined || title === undefined) {
    return (
      `say above the block who runs it, <!-- run by: FILE, "TITLE OF THE TEST" -->, ` +
      `or why no test can, <!-- needs a cloud: REASON -->:\n${commands}`
    );
  }
  if (!existsSync(join(root, file))) return `there is no file ${file}`;
  const source = readFileSync(join(root, file), "utf8");
  if (!source.includes(title)) return `${file} has no "${title}"`;
  const lacking = READS_DOCUMENTS.test(source) ? undefined : notRunBy(source, commands);
  return lacking && `${file} does not run ${lacking}`;
}

/** How a test takes its commands from the document, so that it runs whatever that has. */
const READS_DOCUMENTS = /\b(?:linesRunBy|commandBlocks|readCommands)\(/;

/** What a test does not have that types a block's commands itself: an option, or a command of pulumi. */
function notRunBy(source: string, commands: string): string | undefined {
  const lines = commands.replaceAll(/(?:^|\s)#.*$/gm, "").replaceAll("npm run --silent", "npm run");
  const options = lines.match(/(?<=\s)--[\w-]+/g) ?? [];
  const verbs = [...lines.matchAll(/^ *pulumi ([a-z]+)/gm)].map(([, verb = ""]) => verb);
  return [...options, ...verbs].find((word) => !source.includes(word));
}

describe("the commands in the documents", () => {
  for (const document of documents) {
    it(`of ${document} are run by a test or need a cloud`, () => {
      assert.deepEqual(commandBlocks(document).map(problemOf).filter(Boolean), []);
    });

    it(`of ${document} name npm scripts and options that there are`, () => {
      const lines = commandsOf("npm", readDocument(document));
      assert.deepEqual(lines.map(npmProblem).filter(Boolean), []);
    });
  }

  it("name the secrets provider where a stack file exists, which stack init would change", () => {
    const begins = ["docs/getting-started.md"]; // a stack without a file
    const plain = documents
      .filter((document) => !begins.includes(document))
      .flatMap((document) => commandBlocks(document))
      .flatMap(({ commands }) => commands.split("\n"))
      .filter((line) => /^ *pulumi stack init\b(?!.*--secrets-provider \S)/.test(line));
    assert.deepEqual(plain, []);
  });

  it("are found where nobody runs them, or a test that is not there", () => {
    const fence = "```";
    const block = (mark: string) => `${mark}\n\n  ${fence}sh\n  pulumi up\n  ${fence}\n`;
    const problems = (mark: string) => commandBlocks("x.md", block(mark)).map(problemOf);
    assert.match(problems("text")[0] ?? "", /^say above the block .*pulumi up\n$/s);
    assert.deepEqual(problems("  <!-- needs a cloud: it logs in -->"), [undefined]);
    assert.deepEqual(problems('<!-- run by: nowhere.ts, "x" -->'), ["there is no file nowhere.ts"]);
    assert.deepEqual(problems('<!-- run by: README.md, "no such words here?" -->'), [
      'README.md has no "no such words here?"',
    ]);
  });

  it("are found where the test that is named does something else", () => {
    const source = 'await engine.pulumi(["cancel", "--yes"]);';
    assert.equal(notRunBy(source, "pulumi cancel --yes   # unlocks --all\n"), undefined);
    assert.equal(notRunBy(source, "pulumi cancel --yes\npulumi refresh --yes\n"), "refresh");
    assert.equal(notRunBy(source, "pulumi cancel --yes --force\n"), "--force");
  });

  it("are found where a script or an option is not there", () => {
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
