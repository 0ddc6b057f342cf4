import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../../command-line/processes/run";
import { repository } from "../../../../command-line/repository";
import {
  comparePipelines,
  readSpecs,
  readSpecsFile,
} from "../../../../scripts/compare/compare-pipelines";
import { renderComparison } from "../../../../scripts/compare/render-comparison";
import { markerOf } from "../../../../scripts/github/marker";
import { LONGEST_TEXT, sizeOf } from "../../../../scripts/markdown/limit";
import { GithubServer } from "../../../support/github-server";
import { cellsOf, outsideCode } from "../../../support/markdown";

const spec = (name: unknown, env: object = {}) => ({
  pipeline: { name },
  transform: { image: "train:1", cmd: ["sh"], env: { other: "1", ...env } },
  input: { pfs: { repo: "data", glob: "/*" } },
});
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

/** Strings with a meaning on GitHub anywhere outside of code. */
const MARKUP: Readonly<Record<string, string>> = {
  "a mention": "@octocat @acme/admins",
  "an image": "![x](https://evil.example/x.png)",
  "a link": "[click](https://evil.example) https://evil.example www.evil.example",
  "references to issues and commits": `#1 GH-1 acme/ml#1 ${"a".repeat(40)}`,
  HTML: "</code></td></table><img src=x><script>alert(1)</script>",
  "a comment in HTML": "--> x <!-- y",
  "the marker of another comment": markerOf("preview", "prod"),
  "a plan": "\n<!-- plan:0123456789ab -->\n",
  "the end of a code span": "a` b ``c`` ```d``` ` @octocat",
  "nothing but backticks": "`".repeat(50),
  fences: "\n```\n@octocat\n~~~\n# title\n",
  "a row of a table": "x | @octocat | y |\n| z | @octocat |",
  "escaped pipes": "a\\| @octocat \\\\| @octocat \\\\\\|",
  "a backslash before the end": "a\\",
  entities: "&commat;octocat &#64;octocat &lt;img&gt;",
  "a line of its own": "x\n\n# title\r\n\u2028@octocat\u2029@octocat\u0085@octocat",
  "direction and width": "a\u202Etxt.exe\u202C\u200B\u200D\u2066b\u2069\uFEFF\u00AD\u3164\u{E0041}",
  "commands to GitHub's runner": "##[set-env name=A]b ::set-output name=a::b",
  "control characters": "a\u0000\u0007\u001B[31mb\u007F\u009B",
  "half a character": "a\uD800b\uDC00",
};

describe("the comment about a hostile fork", () => {
  for (const [what, text] of Object.entries(MARKUP)) {
    it(`shows ${what} as text`, () => {
      const base = readSpecs(JSON.stringify([spec("plain")]), "base");
      const head = readSpecs(
        JSON.stringify([spec(text), spec("plain", { [text]: "1", [`x${text}`]: text })]),
        "head",
      );
      const comment = renderComparison("dev", comparePipelines(base, head), LONGEST_TEXT);
      const lines = comment.split("\n");
      assert.equal(lines[0], markerOf("fork", "dev"));
      const rows = lines.filter((line) => line.startsWith("| "));
      assert.equal(rows.length, 3, comment);
      for (const row of rows) assert.equal(cellsOf(row).length, 3, row);
      // two names in code, and otherwise only the comment's own text
      assert.deepEqual(
        outsideCode(comment)
          .split("\n")
          .filter((line) => line.startsWith("| CODE"))
          .sort(),
        [
          "| CODE | new pipeline: processes everything |  |",
          "| CODE | workers restart; no datum is processed again | CODE, CODE |",
        ],
        comment,
      );
      // no character hides text or changes its direction
      assert.doesNotMatch(
        comment.replaceAll("\n", ""),
        /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\u3164/u,
      );
    });
  }

  it("is refused if the file is not a list of specs, with the reason in one line", () => {
    const refused: readonly (readonly [json: string, reason: RegExp])[] = [
      ["", /is not valid JSON$/],
      ["\u0000", /is not valid JSON$/],
      ["\uFEFF[]", /is not valid JSON$/],
      ["[1,]", /is not valid JSON$/],
      ["null", /expected a list of at most 1000 pipelines$/],
      ['{"length":1}', /expected a list of at most 1000 pipelines$/],
      [JSON.stringify(Array(1001).fill(spec("a"))), /expected a list of at most 1000 pipelines$/],
      ["[null]", /\[0\] is not a pipeline spec: pipeline\.name is required$/],
      ["[[]]", /\[0\] is not a pipeline spec/],
      ['[{"pipeline":"a"}]', /\[0\] is not a valid spec: "spec\.pipeline/],
      ['[{"pipeline":{"name":7}}]', /\[0\] is not a valid spec: "spec\.pipeline\.name/],
      ['[{"pipeline":{"name":{}}}]', /\[0\] is not a valid spec: "spec\.pipeline\.name/],
      [
        '[{"pipeline":{"name":"a"},"transform":"x"}]',
        /\[0\] is not a valid spec: "spec\.transform/,
      ],
      ['[{"pipeline":{"name":"a"},"input":[]}]', /\[0\] is not a valid spec: "spec\.input/],
      [
        '[{"pipeline":{"name":"a"},"__proto__":{"x":1}}]',
        /\[0\] is not a valid spec: "spec\.__proto__/,
      ],
      [`[{"pipeline":{"name":"a"},"input":${nested(100_000)}}]`, /nested deeper than 100/],
      [nested(500_000), /is not a pipeline spec/],
      [JSON.stringify([spec("a"), spec("a")]), /duplicate pipeline "default\/a"$/],
      [
        JSON.stringify([{ ...spec("a"), [`x\n::error::${"y".repeat(5_000)}\u001B[2J`]: 1 }]),
        /\[0\] is not a valid spec: /,
      ],
      [
        JSON.stringify([{ ...spec("a"), "x ##[add-path]/tmp": 1 }]),
        /\[0\] is not a valid spec: .*## \[add-path\]/,
      ],
    ];
    for (const [json, reason] of refused) {
      assert.throws(
        () => readSpecs(json, "head.json"),
        ({ name, message }: Error) => {
          assert.equal(name, "Error", json.slice(0, 100));
          assert.match(message, reason);
          // GitHub's runner reads a line that begins with :: as a command
          assert.ok(message.length < 500 && !/\p{Cc}|##\[/u.test(message), message);
          return true;
        },
      );
    }
  });

  it("is not created from a file that is a link, a folder or too large", () => {
    const folder = mkdtempSync(join(tmpdir(), "hostile-"));
    try {
      writeFileSync(join(folder, "other.json"), "[]");
      symlinkSync(join(folder, "other.json"), join(folder, "link.json"));
      symlinkSync("/dev/zero", join(folder, "endless.json"));
      mkdirSync(join(folder, "folder.json"));
      writeFileSync(join(folder, "large.json"), " ".repeat(2_000_001));
      const read = (file: string) => () => readSpecsFile(join(folder, file));
      assert.equal(read("other.json")().size, 0);
      assert.throws(read("link.json"), /link\.json is not a regular file$/);
      assert.throws(read("endless.json"), /endless\.json is not a regular file$/);
      assert.throws(read("/dev/zero"), /does not exist|is not a regular file$/);
      assert.throws(() => readSpecsFile("/dev/zero"), /^Error: \/dev\/zero is not a regular file$/);
      assert.throws(read("folder.json"), /folder\.json is a folder; expected a file$/);
      assert.throws(read("large.json"), /has 2000001 bytes, but at most 2000000 are allowed$/);
      assert.throws(read("none.json"), /none\.json does not exist$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is created within seconds from the largest set of specs", () => {
    const union = (prefix: string) =>
      Array.from({ length: 15_000 }, (_, index) => ({
        pfs: { repo: `${prefix}${index}`, glob: "/" },
      }));
    const [base, head] = ["r", "s"].map((prefix) => {
      const json = JSON.stringify([{ ...spec("a"), input: { union: union(prefix) } }]);
      return readSpecs(json, prefix);
    });
    const changes = comparePipelines(base ?? new Map(), head ?? new Map());
    assert.ok(sizeOf(renderComparison("dev", changes, LONGEST_TEXT)) <= LONGEST_TEXT);
  }).timeout(30_000);

  it("is written without running the name of a branch in a shell", async () => {
    const folder = mkdtempSync(join(tmpdir(), "branch-"));
    const github = await GithubServer.start();
    try {
      const file = join(folder, "specs.json");
      writeFileSync(file, "[]");
      const ran = join(folder, "ran");
      const branch = `x'$(touch ${ran})\`touch ${ran}\`";touch ${ran};&|<>#--stack`;
      const commit = "c".repeat(40);
      const base = { ref: "main", repo: { default_branch: "main" } };
      github.pulls[`fork:${branch}`] = [{ number: 12, head: { sha: commit }, base }];
      const head = `fork:${branch}@${commit}`;
      const args = ["--stack", "dev", "--head", head, file, file];
      const { code, stderr } = await run("npm", ["run", "--silent", "compare", "--", ...args], {
        cwd: repository,
        env: { ...process.env, ...github.environment },
        allowFailure: true,
      });
      assert.equal(code, 0, stderr);
      assert.equal(github.comments.length, 1);
      assert.throws(() => readSpecsFile(ran), /does not exist$/);
    } finally {
      await github.stop();
      rmSync(folder, { recursive: true });
    }
  }).timeout(30_000);
});
