import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../../command-line/repository";
import { headline, renderSummary } from "../../../scripts/comment/comment";
import { comparePipelines, readSpecs } from "../../../scripts/compare/compare-pipelines";
import { renderComparison } from "../../../scripts/compare/render-comparison";
import { planOf } from "../../../scripts/plan/plan";
import { comparePlans } from "../../../scripts/plan/review";
import { commentFixture, commentInput } from "../../support/comment-examples";

const quoted = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");

const fenced = (lines: readonly string[]) => ["```", ...lines, "```"].join("\n");

/** The comment about a recorded preview, without its graph and collapsed sections. */
function commentPicture(): string {
  const input = commentInput("update.preview.json");
  return quoted(`${headline(input)}\n\n${renderSummary(input)}`);
}

/** What deploy prints if the planned image differs from the reviewed one. */
function refusalPicture(): string {
  const { plan: reviewed } = commentInput("update.preview.json");
  assert.ok(reviewed !== undefined);
  const other = commentFixture("update.preview.json").replaceAll("train:0.0.20", "train:0.0.21");
  const options = { stack: "prod", key: "k", ciphertexts: {} };
  const current = planOf(JSON.parse(other), options);
  const { refusal } = comparePlans([reviewed], current, () => () => false);
  return fenced(refusal?.lines ?? []);
}

/** The comment about a fork that changes an image and adds a pipeline. */
function forkPicture(): string {
  const pipelines = (...files: string[]) => {
    const texts = files.map((file) =>
      readFileSync(join(repository, "test/fixtures/golden", `${file}.json`), "utf8"),
    );
    return `[${texts.join(",")}]`;
  };
  const base = pipelines("dogs-and-cats-model", "dogs-and-cats-deploy");
  const head = pipelines("dogs-and-cats-model", "dogs-and-cats-deploy", "finbert-train");
  const changed = head.replace(/("image":\s*"[^"]*train:)[^"]*"/, '$1next"');
  const changes = comparePipelines(readSpecs(base, "base"), readSpecs(changed, "head"));
  const [, ...lines] = renderComparison("dev", changes).split("\n");
  return quoted(lines.join("\n"));
}

const PICTURES = {
  "README.md": { comment: commentPicture },
  "docs/pull-requests.md": { refusal: refusalPicture, fork: forkPicture },
} as const;

/**
 * Examples of texts that the scripts write are between marks in the documentation.
 * `WRITE_PICTURES=1 npx mocha test/unit/docs/pictures.test.ts` writes them.
 */
describe("an example in the documentation", () => {
  for (const [file, pictures] of Object.entries(PICTURES)) {
    for (const [name, picture] of Object.entries(pictures)) {
      it(`is what the code prints: ${name} in ${file}`, () => {
        const path = join(repository, file);
        const text = readFileSync(path, "utf8");
        const marks = new RegExp(`<!-- picture: ${name} -->\n\n([^]*?)\n\n<!-- end of picture -->`);
        const shown = marks.exec(text)?.[1];
        assert.ok(shown !== undefined, `${file} has no picture ${name}`);
        const expected = picture();
        if (process.env.WRITE_PICTURES && shown !== expected) {
          const marked = `<!-- picture: ${name} -->\n\n${expected}\n\n<!-- end of picture -->`;
          writeFileSync(
            path,
            text.replace(marks, () => marked),
          );
        } else {
          assert.equal(shown, expected);
        }
      });
    }
  }
});
