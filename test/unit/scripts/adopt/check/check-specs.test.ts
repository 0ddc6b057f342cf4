import assert from "node:assert/strict";
import { checkSpecs } from "../../../../../scripts/adopt/check/check-specs";
import { readPipelines } from "../../../../../scripts/adopt/read/pipeline-files";

const valid = {
  pipeline: { name: "edges" },
  input: { pfs: { repo: "images", glob: "/*" } },
  transform: { image: "edges:1", cmd: ["python3", "/edges.py"] },
};

function check(specs: readonly object[], plainEnv: string[] = [], isLive = false) {
  const text = specs.map((spec) => JSON.stringify(spec)).join("\n");
  const found = readPipelines(text, "x.json").map((each) => ({ ...each, isLive }));
  return checkSpecs(found, { project: "default", plainEnv: new Set(plainEnv) });
}

/** The only problem of a spec. */
function problem(changes: object, plainEnv?: string[]): string {
  const { problems } = check([{ ...valid, ...changes }], plainEnv);
  assert.equal(problems.length, 1, problems.join("\n"));
  return problems[0] ?? "";
}

describe("pipelines to adopt", () => {
  it("are accepted with their names and projects", () => {
    const other = { ...valid, pipeline: { name: "edges", project: { name: "other" } } };
    const { specs, problems } = check([valid, other]);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      specs.map(({ project, name }) => `${project}/${name}`),
      ["default/edges", "other/edges"],
    );
  });

  it("with long texts are checked quickly", () => {
    for (const text of ["x", "x.", "ab-", "a:", "user@", "a b "]) {
      const description = text.repeat(200_000 / text.length);
      assert.deepEqual(check([{ ...valid, description }]).problems, [], text);
    }
  });

  it("that share the repo of their schedules are refused: neither could be deleted", () => {
    const cron = (name: string, repo?: string) => ({
      ...valid,
      pipeline: { name },
      input: { cross: [{ cron: { name: "tick", spec: "@daily", repo } }, valid.input] },
    });
    assert.deepEqual(check([cron("a"), cron("b")]).problems, []);
    assert.deepEqual(check([cron("a", "ticks"), cron("b", "ticks")]).problems, [
      "x.json:2:26: pipeline default/b shares the cron repo ticks with default/a (x.json:1:26), so that neither can be deleted: " +
        "Pachyderm deletes a pipeline's cron repos with it, but not while another pipeline reads them. " +
        'Let one of them read the repo with {"pfs":{"name":"tick","repo":"ticks","glob":"/*"}}, update it on Pachyderm, and run adopt again',
    ]);
    const reader = {
      ...valid,
      pipeline: { name: "b" },
      input: { pfs: { repo: "ticks", glob: "/*" } },
    };
    assert.deepEqual(check([cron("a", "ticks"), reader]).problems, []);
  });

  it("with an unknown field are refused with the position and a suggestion", () => {
    assert.match(
      problem({ autoscale: true }),
      /^x\.json:1:\d+: spec\.autoscale: is not a valid field here; did you mean autoscaling\?$/,
    );
    assert.match(problem({ glob: "/" }), /it belongs in `spec\.input\.pfs\.glob`/);
  });

  it("with the same name are refused, also with another spelling of their project", () => {
    const spelled = { ...valid, pipeline: { name: "edges", project: { name: "default" } } };
    assert.deepEqual(check([valid, spelled]).problems, [
      "x.json:2:14: pipeline default/edges is also defined at x.json:1:14: pass only one of them",
    ]);
  });

  it("with an unsubstituted placeholder are refused", () => {
    const image = (text: string) => problem({ transform: { ...valid.transform, image: text } });
    assert.match(
      image("registry/edges:$TAG"),
      /^x\.json:1:\d+: spec\.transform\.image contains the placeholder \$TAG: substitute it first/,
    );
    assert.match(image(`edges:\${TAG}`), /contains the placeholder \$\{TAG\}/);
    assert.match(image("edges:{{ .Tag }}"), /contains the placeholder \{\{ \.Tag \}\}/);
    assert.match(problem({ parallelismSpec: { constant: "$N" } }), /contains the placeholder \$N/);
    assert.match(
      problem({ podPatch: '[{"value": $N}]' }),
      /spec\.podPatch contains the placeholder \$N/,
    );
    const patch = [{ op: "add", path: "/x", value: `\${VALUE}` }];
    assert.match(
      problem({ podPatch: JSON.stringify(patch) }),
      /contains the placeholder \$\{VALUE\}/,
    );
  });

  it("can use variables in shell commands, groups of a glob, and prose", () => {
    const { problems } = check([
      {
        ...valid,
        description: "costs {{ little }} $MONEY",
        input: { group: [{ pfs: { repo: "images", glob: "/(*)", groupBy: "$1" } }] },
        transform: { ...valid.transform, cmd: ["sh"], stdin: [`echo $HOME \${HOME}`] },
        podPatch: [{ op: "add", path: "/initContainers", value: [{ args: ["$HOME"] }] }],
      },
    ]);
    assert.deepEqual(problems, []);
  });

  it("that run with a placeholder are adopted as they run", () => {
    const spec = { ...valid, transform: { ...valid.transform, image: "edges:$TAG" } };
    assert.deepEqual(check([spec], [], true).problems, []);
  });

  it("with a credential in the environment are refused without showing its value", () => {
    const env = { DB_PASSWORD: "canary", MAX_TOKEN: "", PORT: "80" };
    const found = problem({ transform: { ...valid.transform, env } });
    assert.match(
      found,
      /spec\.transform\.env\.DB_PASSWORD looks like a credential.*`pulumi config set --secret --path credentials\.db_password`.*"env_var": "DB_PASSWORD".*--plain-env DB_PASSWORD$/,
    );
    assert.ok(!found.includes("canary"));
    const address = { DB: "postgres://me:canary@db/x" };
    assert.doesNotMatch(problem({ transform: { ...valid.transform, env: address } }), /canary/);
    assert.doesNotMatch(problem({ egress: { URL: "s3://me:canary@bucket" } }), /canary/);
  });

  it("with a credential anywhere else are refused without showing its value", () => {
    const { transform } = valid;
    const container = (variable: object) => [
      { op: "add", path: "/containers/0/env/-", value: variable },
    ];
    const key = '{"private_key": "-----BEGIN PRIVATE KEY-----canary"}';
    const specs: object[] = [
      { podPatch: JSON.stringify(container({ name: "DB_PASSWORD", value: "canary" })) },
      { podPatch: container({ name: "DB_PASS", value: "canary" }) },
      {
        podSpec: JSON.stringify({
          containers: [{ env: [{ name: "dbPassword", value: "canary" }] }],
        }),
      },
      ...Object.entries({
        DJANGO_SECRET_KEY: "canary",
        MYSQL_PWD: "canary",
        KEY_PASSPHRASE: "canary",
        SA: key,
        MINE: "ghp_canary4567890123456789012",
        DSN: "me:canary@tcp(db:3306)/x",
        CONNECTION: "Server=db;Password=canary;",
      }).map(([name, value]) => ({ transform: { ...transform, env: { [name]: value } } })),
      { transform: { ...transform, cmd: ["sh"], stdin: ["export PASSWORD=canary", "./run"] } },
      { transform: { ...transform, cmd: ["curl", "-u", "admin:canary", "https://x"] } },
      { transform: { ...transform, cmd: ["train", "--api-key", "canary"] } },
      { transform: { ...transform, cmd: ["sh", "-c", "DB_TOKEN='canary' ./run"] } },
    ];
    for (const spec of specs) {
      const found = problem(spec);
      assert.match(found, /credential|contains a password/, JSON.stringify(spec));
      assert.ok(!found.includes("canary"), found);
    }
  });

  it("can name variables, files and options that contain no credential", () => {
    const transform = {
      ...valid.transform,
      cmd: [
        "sh",
        "-c",
        'PASSWORD=$DB_PASSWORD TOKEN="$(cat /t)" ./run --password "$P" --max-tokens 5',
      ],
      env: { PWD: "/pfs", TOKENIZERS_PARALLELISM: "false", COMPASS: "north", SECRET_PATH: "/s" },
    };
    const podPatch = [{ op: "add", path: "/volumes/-", value: { name: "secret", value: "" } }];
    assert.deepEqual(check([{ ...valid, transform, podPatch }]).problems, []);
  });

  it("can have a variable that only looks like a credential, if the user says so", () => {
    const transform = { ...valid.transform, env: { EOS_TOKEN: "</s>" } };
    assert.deepEqual(check([{ ...valid, transform }], ["EOS_TOKEN"]).problems, []);
  });

  it("drop options of a single request, with a note", () => {
    const { specs, problems, notes } = check([{ ...valid, update: true, dry_run: false }]);
    assert.deepEqual(problems, []);
    assert.deepEqual(specs[0]?.spec, valid);
    assert.match(notes[0] ?? "", /spec\.update is an option of a single request/);
    assert.equal(notes.length, 2);
  });

  it("are reported together", () => {
    const { problems } = check([
      { ...valid, nope: 1 },
      { pipeline: { name: "b" }, nope: 2 },
    ]);
    assert.ok(problems.length >= 2);
  });
});
