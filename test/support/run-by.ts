/** Whether a test runs the commands that a document's mark assigns to it. */
import type { CommandBlock } from "./documents";

interface Block {
  readonly kind: string;
  readonly title: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The part of a block that a test does not run: an option, a script or a pulumi command; undefined
 * if it runs everything. Code of the file outside of other tests counts as part of the test.
 */
export function notRunBy(
  source: string,
  title: string,
  { document, commands }: Pick<CommandBlock, "document" | "commands">,
): string | undefined {
  const blocks = blocksOf(source);
  const own = blocks.find((block) => block.title.includes(title));
  if (own === undefined) return `anything: it has no test "${title}"`;
  const scope = withoutOthers(source, blocks, own);
  if (readsDocument(scope, source.slice(own.start, own.end), title) && source.includes(document)) {
    return undefined;
  }
  return typedBy(commands).find(([, typed]) => !typed.test(scope))?.[0];
}

/**
 * How a test reads its commands from the document, so that it runs whatever the document contains.
 */
const READS_DOCUMENT = /\b(?:linesRunBy|readCommands)\(/;

/** Whether a test reads its block itself, or passes its own title to a helper that does. */
function readsDocument(scope: string, own: string, title: string): boolean {
  if (READS_DOCUMENT.test(own)) return true;
  return READS_DOCUMENT.test(scope) && own.split(title).length > 2;
}

/** The groups and tests of a file; their indentation determines where they end. */
function blocksOf(source: string): Block[] {
  const starts = source.matchAll(/^( *)(it|describe)\(\s*(["'`])(.*?)\3,/gm);
  return [...starts].map(({ index: start, 1: indent = "", 2: kind = "", 4: title = "" }) => {
    const end = source.indexOf(`\n${indent}})`, start);
    return { kind, title, start, end: end === -1 ? source.length : end };
  });
}

function withoutOthers(source: string, blocks: readonly Block[], own: Block): string {
  const others = blocks.filter(
    ({ kind, start, end }) => kind === "it" && (end <= own.start || start >= own.end),
  );
  return others
    .toReversed()
    .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end), source);
}

/** What a user of the commands types: options, npm scripts and pulumi commands. */
function typedBy(commands: string): [what: string, typed: RegExp][] {
  const lines = commands.replaceAll("\\\n", " ").replaceAll(/(?:^|\s)#.*$/gm, "");
  const found = (pattern: RegExp) => [...lines.matchAll(pattern)].map(([, word = ""]) => word);
  return [
    ...found(/\bnpm (?:run (?:--silent )?)?([a-z][a-z:-]*)/g).map((script): [string, RegExp] => [
      `npm run ${script}`,
      new RegExp(`(["'\`]|scripts/|npm (run (--silent )?)?)${script}\\b`),
    ]),
    // tests have methods with the same names, which run them
    ...found(/^ *pulumi ([a-z]+)/gm).map((verb): [string, RegExp] => [
      `pulumi ${verb}`,
      new RegExp(`(["'\`]|pulumi |\\.)${verb}\\b`),
    ]),
    ...found(/^ *pulumi [a-z]+ ([a-z]+)/gm).map((word): [string, RegExp] => [
      word,
      new RegExp(`\\b${word}\\b`),
    ]),
    ...found(/\s(--[a-z][\w-]*)/g)
      .filter((option) => option !== "--silent")
      .map((option): [string, RegExp] => [option, new RegExp(`${option}\\b`)]),
  ];
}
