import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  isFile,
  readPipelineFile,
  readPipelines,
} from "../../../../../scripts/adopt/read/pipeline-files";

/** The specs in a text, as a file of that name. */
function specs(text: string, name: string) {
  return readPipelines(text, name).map(({ spec }) => spec);
}

function problem(text: string, name: string): string {
  try {
    readPipelines(text, name);
  } catch (error) {
    return (error as Error).message;
  }
  return assert.fail("it was read");
}

const [A, B] = [{ pipeline: { name: "a" } }, { pipeline: { name: "b" } }];

describe("pachctl's files", () => {
  it("contain one pipeline, a list, or several documents, in JSON and YAML", () => {
    const [a, b] = [JSON.stringify(A), JSON.stringify(B)];
    assert.deepEqual(specs(a, "a.json"), [A]);
    assert.deepEqual(specs(`[${a},${b}]`, "a.json"), [A, B]);
    assert.deepEqual(specs(`${a}\n${b}\n`, "a.json"), [A, B]);
    assert.deepEqual(specs(`${a}\n---\n[${b}]`, "standard input"), [A, B]);
    assert.deepEqual(specs("pipeline:\n  name: a\n", "a.yaml"), [A]);
    assert.deepEqual(specs("- pipeline: {name: a}\n- pipeline: {name: b}\n", "a.yml"), [A, B]);
    const several = "---\npipeline: {name: a}\n---\n# nothing\n---\npipeline: {name: b}\n...\n";
    assert.deepEqual(specs(several, "standard input"), [A, B]);
    assert.deepEqual(specs(a, "a.yaml"), [A], "YAML includes JSON");
  });

  it("can use aliases and merge keys of YAML", () => {
    const text =
      "- &a\n  pipeline: {name: a}\n- <<: *a\n  description: x\n- <<: [*a]\n  pipeline: {name: b}\n";
    assert.deepEqual(specs(text, "x.yaml"), [A, { ...A, description: "x" }, B]);
  });

  it("keep numbers that JavaScript would round", () => {
    const big = { n: "9223372036854775807", m: 1.5, k: 3 };
    assert.deepEqual(specs('{"n": 9223372036854775807, "m": 1.5, "k": 3}', "x.json"), [big]);
    assert.deepEqual(specs("n: 9223372036854775807\nm: 1.5\nk: 3\n", "x.yaml"), [big]);
  });

  it("give the position of each part, and of the parent of a missing one", () => {
    const [json] = readPipelines('{"pipeline": {\n  "name": "a"},\n "x": [1,\n 2]}', "x.json");
    assert.equal(json?.placeOf(["pipeline", "name"]), "x.json:2:3");
    assert.equal(json?.placeOf(["x", 1]), "x.json:4:2");
    assert.equal(json?.placeOf(["pipeline", "project", "name"]), "x.json:1:2");
    const [, yaml] = readPipelines("a: 1\n---\npipeline:\n  name: a\nx: [1,\n  2]\n", "x.yaml");
    assert.equal(yaml?.placeOf(["pipeline", "name"]), "x.yaml:4:3");
    assert.equal(yaml?.placeOf(["x", 1]), "x.yaml:6:3");
  });

  it("can name a schema for editors, which pachctl drops", () => {
    const [a] = specs('{"$schema": "x.json", "pipeline": {"name": "a"}}', "a.json");
    assert.deepEqual(a, A);
    assert.deepEqual(specs("$schema: x.json\npipeline: {name: a}\n", "a.yaml"), [A]);
  });

  // measured with gopkg.in/yaml.v3 3.0.1 and the conversion in pachctl 2.11
  it("have the same meaning as for pachctl, even in YAML 1.1", () => {
    const words = "a: [yes, No, on, off, y, 1:30, 12:30:45, 1e400x, 0x, 0b, 0o8, _1, 1.2.3, =]";
    const read = { a: "yes No on off y 1:30 12:30:45 1e400x 0x 0b 0o8 _1 1.2.3 =".split(" ") };
    assert.deepEqual(specs(words, "x.yaml"), [read]);
    assert.deepEqual(specs(`%YAML 1.1\n---\n${words}`, "x.yaml"), [read]);
    const others = "a: [True, FALSE, ~, Null, .5, 1e3, -1.50, 0, -7, !!str 010, '010', \"0x1F\"]";
    const values = [true, false, null, null, 0.5, 1000, -1.5, 0, -7, "010", "010", "0x1F"];
    assert.deepEqual(specs(others, "x.yaml"), [{ a: values }]);
    const times = "a: [2020-01-01T00:00:00Z, 2020-01-01T00:00:00.5+02:00, '2020-01-01', 2020-01]";
    const texts = ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.5+02:00", "2020-01-01", "2020-01"];
    assert.deepEqual(specs(times, "x.yaml"), [{ a: texts }]);
  });

  for (const scalar of ["010", "-0777", "08", "00", "0_1"]) {
    it(`with a leading zero, which some tools read as octal, are refused: ${scalar}`, () => {
      assert.equal(
        problem(`a:\n  b: ${scalar}\n`, "x.yaml"),
        `x.yaml:2:6: some tools read ${scalar} as octal and others as decimal: write the number without leading zeros, or "${scalar}" if it is a string`,
      );
    });
  }

  for (const scalar of "0x1F 0o17 0O17 0b101 -0b1 1_000 1_0.5 +1 +.5 1. -.5 .inf -.Inf .nan 1e400".split(
    " ",
  )) {
    it(`with a number that pachctl or other tools do not read as one are refused: ${scalar}`, () => {
      assert.equal(
        problem(`%YAML 1.1\n---\na: {b: ${scalar}}\n`, "x.yaml"),
        `x.yaml:3:8: only some tools read ${scalar} as a number: write it in decimal digits, or "${scalar}" if it is a string`,
      );
    });
  }

  for (const scalar of ["2020-01-01", "2020-1-1", "2020-01-01 10:00:00", "2020-01-01t10:00:00Z"]) {
    it(`with an unquoted date are refused: ${scalar}`, () => {
      assert.equal(
        problem(`a: ${scalar}\n`, "x.yaml"),
        `x.yaml:1:4: ${scalar} is a date, which pachctl rejects without quotes: write "${scalar}"`,
      );
    });
  }

  for (const name of ["1", "010", "true", "~", "1.5"]) {
    it(`with a key that is not a string are refused: ${name}`, () => {
      const message = `x.yaml:2:3: the key ${name} is not a string: write "${name}"`;
      assert.equal(problem(`env:\n  ${name}: a\n`, "x.yaml"), message);
    });
  }

  it("with a number in JSON that is too large are refused", () => {
    assert.equal(problem('{"a": 1e400}', "x.json"), "x.json:1:7: 1e400 is too large");
  });

  const broken: [name: string, text: string, message: RegExp][] = [
    ["a comma too many", '{"a": 1,\n}', /^x\.json:1:8: unexpected comma before \}$/],
    ["a missing comma", '{"a": 1\n "b": 2}', /^x\.json:2:2: unexpected "\\""; expected , or \}$/],
    ["a missing end", '{"a": [1', /^x\.json:1:9: unexpected end of file; expected , or \]$/],
    ["single quotes", "{'a': 1}", /^x\.json:1:2: unexpected "'"; expected a key in double quotes$/],
    ["a line break in a text", '{"a": "b\nc"}', /^x\.json:1:7: unterminated string$/],
    [
      "an invalid escape",
      '{"a": "\\x"}',
      /^x\.json:1:7: invalid escape or control character in a string$/,
    ],
    ["a word", '{"a": yes}', /^x\.json:1:7: unexpected "y"; expected a value$/],
    [
      "a comment",
      '// a\n{"a": 1}',
      /^x\.json:1:1: comments are not allowed in JSON: remove this one$/,
    ],
    ["a comment in a block", '{"a": /* b */ 1}', /^x\.json:1:7: comments are not allowed in JSON/],
    [
      "a comment as in YAML",
      '{\n  # b\n  "a": 1}',
      /^x\.json:2:3: comments are not allowed in JSON/,
    ],
    ["the same name twice", '{"a": 1,\n "a": 2}', /^x\.json:2:2: duplicate key "a"$/],
    ["a prototype", '{"__proto__": {}}', /^x\.json:1:2: __proto__ is not a valid key$/],
    [
      "trailing text",
      '{"a": 1}\nEOF\n',
      /^x\.json:2:1: unexpected "E"; expected \{ or \[ after the last pipeline$/,
    ],
    ["no pipeline", " \n", /^x\.json contains no pipelines$/],
    ["a list of texts", '["a"]', /^x\.json:1:2: expected an object with a pipeline$/],
    [
      "pachctl's output",
      '{"pipeline": {"name": "a"}, "userSpecJson": "{}"}',
      /^x\.json:1:1: is the output of `pachctl inspect pipeline`, not a pipeline spec: pass the pipeline's name instead$/,
    ],
    [
      "a placeholder in place of a number",
      '{"parallelismSpec": {"constant": $N}}',
      /^x\.json:1:34: contains the placeholder \$N: substitute it first, for example with `envsubst < FILE`/,
    ],
    [
      "a template in place of a value",
      '{"pipeline": {{ .Pipeline }} }',
      /^x\.json:1:14: contains the placeholder \{\{ \.Pipeline \}\}: substitute it first, with the tool/,
    ],
    ["indentation by tabs", "\ta: 1", /^x\.yaml:1:1: is not valid YAML: Tabs/],
    ["a wrong indentation", "a:\n  b: 1\n c: 2\n", /^x\.yaml:\d:\d: is not valid YAML: /],
    ["a key twice", "a: 1\na: 2\n", /^x\.yaml:2:1: is not valid YAML: Map keys must be unique/],
    ["an unknown tag", "a: !env X", /^x\.yaml:1:4: is not valid YAML: Unresolved tag: !env$/],
    ["an alias of nothing", "a: *b", /^x\.yaml:1:4: refers to an undefined anchor$/],
    ["a text", "hello", /^x\.yaml:1:1: expected an object with a pipeline$/],
    [
      "a template in YAML",
      "pipeline: {{ .Name }}\n",
      /^x\.yaml:1:11: contains the placeholder \{\{ \.Name \}\}: substitute it first/,
    ],
    [
      "a template in a word",
      "a:\n  image: {{ .Name }}:1\n",
      /^x\.yaml:2:10: contains the placeholder \{\{ \.Name \}\}: substitute it first/,
    ],
  ];
  for (const [what, text, message] of broken) {
    it(`that have ${what} are refused with the position`, () => {
      const name = message.source.includes("yaml") ? "x.yaml" : "x.json";
      assert.match(problem(text, name), message);
    });
  }

  it("that nest aliases in aliases are refused, quickly", () => {
    const levels = Array.from({ length: 12 }, (_, n) =>
      n === 0
        ? "a0: &a0 [1]"
        : `a${n}: &a${n} [${Array(9)
            .fill(`*a${n - 1}`)
            .join(", ")}]`,
    );
    assert.match(
      problem(levels.join("\n"), "x.yaml"),
      /has more than 20000 values: split it into several files/,
    );
    const many = `[${Array(20_001).fill('{"a":1}').join(",")}]`;
    assert.match(problem(many, "x.json"), /^x\.json:1:\d+: has more than 20000 values/);
    const nested = `${"[".repeat(5000)}${"]".repeat(5000)}`;
    assert.match(problem(nested, "x.json"), /^x\.json:1:102: is nested deeper than 100 levels/);
  });

  it("are distinguished from names of pipelines", () => {
    assert.ok(isFile("-") && isFile("nope.json") && isFile("nope.YML") && isFile("package.json"));
    assert.ok(!isFile("edges") && !isFile("images/edges") && !isFile("docs"));
  });

  it("that cannot be read are named", () => {
    const folder = mkdtempSync(join(tmpdir(), "adopt-"));
    try {
      const file = join(folder, "a.json");
      writeFileSync(file, JSON.stringify(A));
      assert.deepEqual(
        readPipelineFile(file).map(({ spec }) => spec),
        [A],
      );
      assert.throws(() => readPipelineFile(join(folder, "b.json")), {
        message: `file ${join(folder, "b.json")} does not exist`,
      });
      assert.throws(() => readPipelineFile(folder), {
        message: `${folder} is a folder; expected a file`,
      });
      for (const [what, content] of [
        ["binary", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff])],
        ["UTF-16", Buffer.from(`\ufeff${JSON.stringify(A)}`, "utf16le")],
        ["Latin-1", Buffer.from('{"description": "\xe4"}', "latin1")],
        ["a null byte", Buffer.from('{"description": "\0"}')],
      ] as const) {
        writeFileSync(file, content);
        const message = `${file} is not UTF-8 text: convert it first, or pass a different file`;
        assert.throws(() => readPipelineFile(file), { message }, what);
      }
      writeFileSync(file, Buffer.alloc(50_000_000, " "));
      assert.throws(() => readPipelineFile(file), {
        message: `${file} is 50 MB, but a pipeline file may be at most 10 MB: split it into several files`,
      });
      assert.throws(
        () => readPipelineFile("a.jsonnet"),
        /a\.jsonnet is a template: render it first/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
