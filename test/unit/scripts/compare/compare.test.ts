import assert from "node:assert/strict";
import { comparePipelines, readSpecs } from "../../../../scripts/compare/compare-pipelines";
import { renderComparison } from "../../../../scripts/compare/render-comparison";
import { markerOf } from "../../../../scripts/github/marker";
import { LONGEST_TEXT, sizeOf } from "../../../../scripts/markdown/limit";

function pipeline(name: string, more: object = {}): object {
  return {
    pipeline: { name },
    transform: { image: "train:1", cmd: ["sh"] },
    input: { pfs: { repo: "data", glob: "/*" } },
    ...more,
  };
}
const specs = (...pipelines: object[]) => readSpecs(JSON.stringify(pipelines), "specs.json");
const compare = (base: object[], head: object[]) =>
  comparePipelines(specs(...base), specs(...head));

describe("the pipelines of two versions of the program", () => {
  it("are compared by meaning, not by spelling or order", () => {
    const input = { pfs: { glob: "/*", repo: "data", branch: "master", name: "data" } };
    const respelled = {
      input,
      transform: { cmd: ["sh"], image: "train:1" },
      pipeline: { name: "a" },
    };
    assert.deepEqual(compare([pipeline("a"), pipeline("b")], [pipeline("b"), respelled]), []);
  });

  it("are sorted by the effect of the change", () => {
    const image = pipeline("a", { transform: { image: "train:2", cmd: ["sh"] } });
    const repo = pipeline("b", { input: { pfs: { repo: "other", glob: "/*" } } });
    const changes = compare(
      [pipeline("a"), pipeline("b"), pipeline("c")],
      [image, repo, pipeline("d")],
    );
    assert.deepEqual(
      changes.map(({ key, change }) => [
        key,
        typeof change === "string" ? change : change.category,
      ]),
      [
        ["default/a", "restart"],
        ["default/b", "rekeyed"],
        ["default/c", "deleted"],
        ["default/d", "created"],
      ],
    );
  });

  it("are distinguished by project", () => {
    const other = pipeline("a", { pipeline: { name: "a", project: { name: "p" } } });
    assert.deepEqual(
      compare([pipeline("a")], [other]).map(({ key }) => key),
      ["default/a", "p/a"],
    );
  });

  it("are refused if they are not a list of specs, or too large", () => {
    assert.throws(() => readSpecs("{", "head.json"), /^Error: head\.json is not valid JSON$/);
    assert.throws(
      () => readSpecs("{}", "head.json"),
      /head\.json: expected a list of at most 1000 pipelines$/,
    );
    assert.throws(
      () => readSpecs("[1]", "head.json"),
      /head\.json\[0\] is not a pipeline spec: pipeline\.name is required/,
    );
  });
});

/** The cells of a table row, as GitHub splits it: at pipes without a backslash before them. */
const cellsOf = (row: string) => row.split(/(?<!\\)\|/).length - 2;

describe("the comment about a fork", () => {
  it("has a row for each changed pipeline", () => {
    const image = pipeline("a", { transform: { image: "train:2", cmd: ["sh"] } });
    assert.deepEqual(
      renderComparison("dev", compare([pipeline("a")], [image]))
        .split("\n")
        .slice(0, 6),
      [
        markerOf("fork", "dev"),
        "### `dev`: 1 pipeline changes",
        "",
        "| pipeline | change | fields |",
        "|--|--|--|",
        "| `a` | workers restart; no datum is processed again | `spec.transform.image` |",
      ],
    );
  });

  it("says that nothing changes", () => {
    assert.match(renderComparison("dev", []), /^.*\n### `dev`: no pipeline changes\n/);
  });

  it("shows hostile names and fields only as text", () => {
    const name = "a|`x`\n<!-- pachyderm-seldon:preview:prod --> @all ![i](http://x)";
    const env = { [`evil|<b>${"y".repeat(500)}`]: "1" };
    const head = [pipeline(name), pipeline("b", { transform: { image: "train:1", env } })];
    const comment = renderComparison("dev", compare([pipeline("b")], head));
    const [row = ""] = comment.split("\n").filter((line) => line.includes("@all"));
    assert.match(row, /^\| ``a\\\|`x` <!-- .* @all !\[i\]\(http:\/\/x\)`` \| new pipeline/);
    assert.ok(comment.split("\n").every((line) => line.length < 1_000));
  });

  it("stays short with a thousand changed pipelines", () => {
    const many = Array.from({ length: 1_000 }, (_, index) =>
      pipeline(`${"n".repeat(200)}-${index}`),
    );
    const comment = renderComparison("dev", compare([], many), LONGEST_TEXT);
    assert.ok(sizeOf(comment) <= LONGEST_TEXT, String(sizeOf(comment)));
    assert.match(comment, /\n\| and 900 more: see the log of the workflow \| \| \|\n\n<sub>/);
  });

  describe("with 100 pipelines and 10 long fields each", () => {
    const fields = Object.fromEntries(
      Array.from({ length: 10 }, (_, field) => [`${field}${"|`".repeat(100)}`, "1"]),
    );
    const withEnv = (env: object) => ({ transform: { image: "train:1", cmd: ["sh"], env } });
    const many = (name: string) =>
      Array.from({ length: 100 }, (_, index) =>
        pipeline(`${index}${name}`, withEnv({ other: "1" })),
      );
    const changesOf = (name: string) =>
      compare(
        many(name),
        many(name).map((each) => ({ ...each, ...withEnv({ other: "1", ...fields }) })),
      );

    it("omits fields before pipelines", () => {
      const comment = renderComparison("dev", changesOf("p"), LONGEST_TEXT);
      assert.ok(sizeOf(comment) <= LONGEST_TEXT, String(sizeOf(comment)));
      const rows = comment.split("\n").filter((line) => line.includes("p` |"));
      assert.equal(rows.length, 100);
      for (const row of rows) {
        assert.match(
          row,
          /^\| `\d+p` \| [^|`]+ \| ``spec\.transform\.env\["0(\\\|`)+…``, .*, and 7 more \|$/,
        );
        assert.equal(cellsOf(row), 3);
      }
    });

    it("omits pipelines if their names alone are too long, and counts them", () => {
      const comment = renderComparison("dev", changesOf("鉄|`".repeat(100)), 20_000);
      assert.ok(sizeOf(comment) <= 20_000, String(sizeOf(comment)));
      const rows = comment.split("\n").filter((line) => line.includes("鉄"));
      const [, left] = /^\| and (\d+) more: see the log of the workflow/m.exec(comment) ?? [];
      assert.equal(rows.length + Number(left), 100);
      assert.ok(rows.length > 50, String(rows.length));
      for (const row of rows) assert.equal(cellsOf(row), 3);
      assert.match(comment, /<\/sub>\n$/);
    });

    it("is complete on the terminal and in the log", () => {
      const whole = renderComparison("dev", changesOf("p"));
      assert.equal(whole.match(/\|`/g)?.length, 100 * 10 * 29);
      assert.ok(!whole.includes("more"));
    });
  });
});
