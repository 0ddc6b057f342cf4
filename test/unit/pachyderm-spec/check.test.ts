import assert from "node:assert/strict";
import { checkSpec, formatProblem } from "../../../pachyderm/spec/check";
import { Secret, UNKNOWN, type Value } from "../../../provider-kit/values";

const PFS = { repo: "in", glob: "/" };
const PORTS = { internalPort: 8080, externalPort: 30080 };
const TRANSFORM = { image: "img:1", cmd: ["/bin/sh"], stdin: ["true"] };

/** A good spec with some fields replaced. */
function spec(fields: Record<string, Value> = {}): Value {
  return { pipeline: { name: "p" }, input: { pfs: PFS }, transform: TRANSFORM, ...fields };
}

function check(value: Value, project = "default"): { failures: string[]; warnings: string[] } {
  const { failures, warnings } = checkSpec(value, { project });
  return { failures: failures.map(formatProblem), warnings: warnings.map(formatProblem) };
}

type Case = readonly [what: string, fields: Record<string, Value>, problem: RegExp];

function refuses(cases: readonly Case[]): void {
  for (const [what, fields, problem] of cases) {
    it(`refuses ${what}`, () => {
      const { failures } = check(spec(fields));
      assert.equal(failures.length, 1, failures.join("\n"));
      assert.match(failures[0] ?? "", problem);
    });
  }
}

function warnsOf(cases: readonly Case[]): void {
  for (const [what, fields, problem] of cases) {
    it(`warns of ${what}`, () => {
      const { failures, warnings } = check(spec(fields));
      assert.deepEqual(failures, []);
      assert.equal(warnings.length, 1, warnings.join("\n"));
      assert.match(warnings[0] ?? "", problem);
    });
  }
}

function accepts(cases: readonly (readonly [what: string, fields: Record<string, Value>])[]): void {
  for (const [what, fields] of cases) {
    it(`accepts ${what}`, () => {
      assert.deepEqual(check(spec(fields)), { failures: [], warnings: [] });
    });
  }
}

const pfs = (fields: Record<string, Value>): Record<string, Value> => ({
  input: { pfs: { ...PFS, ...fields } },
});
const cron = (fields: Record<string, Value>): Record<string, Value> => ({
  input: { cron: { name: "tick", spec: "@daily", ...fields } },
});
const leaf = (repo: string, fields: Record<string, Value> = {}): Value => ({
  pfs: { repo, glob: "/", ...fields },
});

describe("checkSpec", () => {
  it("finds nothing in a good spec", () => {
    assert.deepEqual(check(spec()), { failures: [], warnings: [] });
  });

  describe("on fields and types", () => {
    refuses([
      ["an unknown field", { nonsense: 1 }, /^spec\.nonsense: is no field of Pachyderm's/],
      ["a mistyped field", { podpatch: "[]" }, /podpatch: .*did you mean podPatch\?$/],
      ["a mistyped snake_case field", { pod_pach: "[]" }, /pod_pach: .*did you mean pod_patch\?$/],
      [
        "a mistyped field deep inside",
        pfs({ globb: "/" }),
        /^spec\.input\.pfs\.globb: .*mean glob\?$/,
      ],
      [
        "both spellings of a field",
        { podPatch: "[]", pod_patch: "[]" },
        /^spec\.pod_patch: is given twice, also as podPatch/,
      ],
      ["a number as text", { description: 1 }, /^spec\.description: must be text, found a number$/],
      ["a text as flag", { autoscaling: "true" }, /must be true or false, found "true"$/],
      [
        "a word as number",
        { parallelismSpec: { constant: "many" } },
        /^spec\.parallelismSpec\.constant: must be a whole number from 0 to \d+, found "many"$/,
      ],
      [
        "a negative count",
        { parallelism_spec: { constant: -1 } },
        /parallelism_spec\.constant: .*-1$/,
      ],
      ["a fraction as count", { datumTries: 1.5 }, /datumTries: must be a whole number/],
      [
        "a port over 32 bits",
        { service: { internalPort: 2 ** 31 } },
        /internalPort: .*2147483648$/,
      ],
      ["minutes as duration", { datumTimeout: "5m" }, /datumTimeout: must be a number of seconds/],
      ["a date as time", cron({ start: "2024-05-01" }), /start: must be a time such as/],
      [
        "a date that does not exist",
        cron({ start: "2024-02-30T00:00:00Z" }),
        /start: must be a time/,
      ],
      ["text for a list", { tolerations: "x" }, /tolerations: must be a list, found text$/],
      [
        "null in a list",
        { transform: { ...TRANSFORM, cmd: [null] } },
        /cmd\[0\]: must not be null$/,
      ],
      [
        "a list for an object",
        { metadata: [] },
        /metadata: must be an object with fields, found a list/,
      ],
      [
        "a number in the env, without showing it",
        { transform: { ...TRANSFORM, env: { "A.B": 12345 } } },
        /^spec\.transform\.env\["A\.B"\]: must be text, found a number$/,
      ],
      ["update inside the spec", { update: true }, /^spec\.update: .*updates happen by themselves/],
      ["reprocess inside the spec", { reprocess: true }, /`reprocess` argument$/],
      ["dryRun inside the spec", { dry_run: true }, /^spec\.dry_run: .*pulumi preview/],
      ["specCommit", { specCommit: { id: "x" } }, /specCommit/],
      ["a TFJob", { tfJob: { tfJob: "{}" } }, /does not support TFJobs/],
      ["a commit of an input", pfs({ commit: "abc" }), /input\.pfs\.commit: is set by Pachyderm/],
      ["malformed JSON in podPatch", { podPatch: "[{" }, /^spec\.podPatch: must be valid JSON$/],
      ["malformed JSON in podSpec", { pod_spec: "{" }, /^spec\.pod_spec: must be valid JSON$/],
      [
        "an unknown operator of a toleration",
        { tolerations: [{ operator: "LIKE" }] },
        /tolerations\[0\]\.operator: must be one of EMPTY, EXISTS, EQUAL, found "LIKE"$/,
      ],
      [
        "an empty operator",
        { tolerations: [{ operator: "EMPTY" }] },
        /must be one of EXISTS, EQUAL$/,
      ],
      [
        "no operator",
        { tolerations: [{ key: "a" }] },
        /tolerations\[0\]\.operator: must be one of/,
      ],
    ]);
    accepts([
      ["counts as text", { parallelismSpec: { constant: "4" }, datumTries: "3" }],
      ["enums by number", { tolerations: [{ operator: 1, effect: 3 }] }],
      ["mixed spellings", { datum_tries: 3, jobTimeout: "1.5s", s3_out: false }],
      ["null for not set", { autoscaling: null, metadata: null }],
      ["request fields that ask for nothing", { update: false, reprocess: null }],
      ["podPatch as a list", { podPatch: [{ op: "remove", path: "/volumes" }] }],
      ["an empty podPatch", { podPatch: "" }],
    ]);
    it("wants an object", () => {
      for (const value of [null, "text", ["list"]]) {
        assert.match(check(value).failures[0] ?? "", /^spec: (is required|must be an object)/);
      }
    });
  });

  describe("on secrets and unknown values", () => {
    it("refuses a secret anywhere, names the way out and never shows it", () => {
      const hidden = new Secret("hunter2");
      const places: [Value, string][] = [
        [hidden, "spec"],
        [
          spec({ transform: { ...TRANSFORM, env: { PASSWORD: hidden } } }),
          "spec.transform.env.PASSWORD",
        ],
        [spec({ transform: { ...TRANSFORM, stdin: [hidden] } }), "spec.transform.stdin[0]"],
        [
          spec({ podPatch: [{ op: "add", path: "/x", value: { a: hidden } }] }),
          "spec.podPatch[0].value.a",
        ],
        [spec({ datumTries: hidden }), "spec.datumTries"],
      ];
      for (const [value, place] of places) {
        const { failures } = check(value);
        assert.equal(failures.length, 1);
        assert.ok(failures[0]?.startsWith(`${place}: is a secret`), failures[0]);
        assert.match(failures[0] ?? "", /`transform\.secrets`/);
        assert.doesNotMatch(failures[0] ?? "", /hunter2/);
      }
    });
    accepts([
      ["an unknown input", { input: UNKNOWN }],
      ["an unknown name", { pipeline: { name: UNKNOWN } }],
      ["an unknown pipeline", { pipeline: UNKNOWN }],
      ["an unknown project", { pipeline: { name: "p".repeat(51), project: { name: UNKNOWN } } }],
      ["an unknown glob and repo", pfs({ glob: UNKNOWN, repo: UNKNOWN })],
      ["an unknown child", { input: { cross: [UNKNOWN, leaf("a")] } }],
      ["an unknown number", { datumTries: UNKNOWN }],
      [
        "an unknown secret",
        {
          transform: {
            ...TRANSFORM,
            secrets: [UNKNOWN, { name: UNKNOWN, envVar: UNKNOWN, key: UNKNOWN }],
          },
        },
      ],
      ["unknowns in a patch", { podPatch: [{ op: "add", path: UNKNOWN, value: UNKNOWN }] }],
    ]);
    it("checks what is around an unknown value", () => {
      const { failures } = check(spec({ input: { cross: [UNKNOWN, { pfs: { repo: UNKNOWN } }] } }));
      assert.equal(failures.length, 1);
      assert.match(failures[0] ?? "", /^spec\.input\.cross\[1\]\.pfs\.glob: is required/);
    });
    it("takes an unknown project for none in particular", () => {
      const children = [
        leaf("a", { name: "x" }),
        leaf("a", { name: "y", project: "q", branch: "b" }),
      ];
      const pipeline = { name: "p", project: { name: UNKNOWN } };
      assert.deepEqual(check(spec({ pipeline, input: { cross: children } }), "q").failures, []);
    });
    it("accepts a whole spec that is unknown", () => {
      assert.deepEqual(check(UNKNOWN), { failures: [], warnings: [] });
    });
  });

  describe("on names", () => {
    refuses([
      ["no pipeline name", { pipeline: {} }, /^spec\.pipeline\.name: is required$/],
      [
        "a name with a space",
        { pipeline: { name: "a b" } },
        /letters, digits, _ and -, found "a b"$/,
      ],
      [
        "a name of 52 characters",
        { pipeline: { name: "n".repeat(52) } },
        /1 characters longer than the 51/,
      ],
      ["a name that begins with -", { pipeline: { name: "-a" } }, /begin with a letter or digit/],
      [
        "a bad project name",
        { pipeline: { name: "p", project: { name: "a.b" } } },
        /project\.name: must consist/,
      ],
      [
        "names too long together",
        { pipeline: { name: "n".repeat(40), project: { name: "p".repeat(20) } } },
        /^spec\.pipeline\.name: .*2 characters longer than the 58/,
      ],
    ]);
    it("counts the provider's project where the spec names none", () => {
      const long = spec({ pipeline: { name: "n".repeat(51) } });
      assert.deepEqual(check(long, "default").failures, []);
      assert.match(check(long, "long-project").failures[0] ?? "", /project long-project/);
    });

    it("refuses the name of the provider's project, where the spec names none", () => {
      assert.match(
        check(spec(), "Bad Project!").failures.join(),
        /^spec\.pipeline\.project: is the/,
      );
      const named = { pipeline: { name: "p", project: { name: "good" } } };
      assert.deepEqual(check(spec(named), "Bad Project!").failures, []);
    });
    it("wants a pipeline", () => {
      assert.deepEqual(check({ transform: TRANSFORM }).failures, ["spec.pipeline: is required"]);
    });
  });

  describe("on inputs", () => {
    refuses([
      ["an empty input", { input: {} }, /^spec\.input: needs exactly one of .*found none$/],
      ["an empty combination", { input: { cross: [] } }, /found none$/],
      [
        "two kinds",
        { input: { pfs: PFS, cron: { name: "c", spec: "@daily" } } },
        /found pfs and cron$/,
      ],
      ["no repo", { input: { pfs: { glob: "/" } } }, /^spec\.input\.pfs\.repo: is required$/],
      ["no glob", { input: { pfs: { repo: "in" } } }, /^spec\.input\.pfs\.glob: is required/],
      ["the name out", pfs({ name: "out" }), /^spec\.input\.pfs\.name: can't be out/],
      ["the repo out without name", pfs({ repo: "out" }), /^spec\.input\.pfs\.repo: can't be out/],
      ["the name .env", pfs({ name: ".env" }), /can't be \.env/],
      ["a bad branch", pfs({ branch: "a/b" }), /^spec\.input\.pfs\.branch: must consist/],
      ["its own repo", pfs({ repo: "p" }), /own output repo/],
      [
        "a name twice",
        { input: { cross: [leaf("a"), leaf("a")] } },
        /cross\[1\]\.pfs\.repo: names an input a/,
      ],
      [
        "a name that a union beside it may give",
        { input: { cross: [{ union: [leaf("a"), leaf("b")] }, leaf("b")] } },
        /cross\[1\]\.pfs\.repo: names an input b/,
      ],
      [
        "two branches of one repo",
        { input: { cross: [leaf("a", { name: "x", branch: "m" }), leaf("a", { name: "y" })] } },
        /cross\[1\]\.pfs\.branch: takes another branch of a/,
      ],
      ["s3 with lazy", pfs({ s3: true, lazy: true }), /pfs\.lazy: can't be combined with s3/],
      ["s3 with empty_files", pfs({ s3: true, empty_files: true }), /pfs\.empty_files: can't/],
      ["s3 with another glob", pfs({ s3: true, glob: "/*" }), /must be \/ with s3/],
      [
        "s3 inside a join",
        { input: { join: [leaf("a", { s3: true }), leaf("b")] } },
        /not supported inside join/,
      ],
      [
        "s3 deep inside a union",
        { input: { union: [{ cross: [leaf("a", { s3: true })] }] } },
        /inside union/,
      ],
      [
        "a cron without name",
        { input: { cron: { spec: "@daily" } } },
        /^spec\.input\.cron\.name: is required$/,
      ],
      [
        "a cron without spec",
        { input: { cron: { name: "c" } } },
        /^spec\.input\.cron\.spec: is required$/,
      ],
      ["a bad cron spec", cron({ spec: "never ever" }), /cron\.spec: has 2 fields instead of 5/],
      ["a cron name that makes no repo", cron({ name: "a b" }), /cron\.name: .*repo of the ticks/],
      [
        "a bad rate limit",
        pfs({ trigger: { rateLimitSpec: "x" } }),
        /trigger\.rateLimitSpec: has 1 fields/,
      ],
      ["a bad trigger size", pfs({ trigger: { size: "big" } }), /trigger\.size: must be a size/],
      [
        "a negative trigger",
        pfs({ trigger: { commits: -1 } }),
        /trigger\.commits: must not be negative/,
      ],
      [
        "a trigger loop",
        pfs({ branch: "b", trigger: { branch: "b" } }),
        /trigger\.branch: must be another/,
      ],
      ["a trigger on no branch", pfs({ branch: "b", trigger: {} }), /trigger\.branch: is required/],
    ]);
    accepts([
      ["one name in the siblings of a union", { input: { union: [leaf("a"), leaf("a")] } }],
      ["the repo out with a name", pfs({ repo: "out", name: "results" })],
      [
        "one repo twice with one branch",
        { input: { cross: [leaf("a", { name: "x" }), leaf("a", { name: "y" })] } },
      ],
      [
        "one repo of two projects",
        {
          input: {
            cross: [leaf("a", { name: "x" }), leaf("a", { name: "y", project: "q", branch: "b" })],
          },
        },
      ],
      ["the own name in another project", pfs({ repo: "p", project: "other" })],
      ["s3 inside a cross", { input: { cross: [leaf("a", { s3: true }), leaf("b")] } }],
      ["@never", cron({ spec: "@never" })],
      ["a trigger with its defaults", pfs({ trigger: { size: "10MB" } })],
      ["no input at all", { input: null }],
    ]);
    warnsOf([
      ["a glob that can match nothing", pfs({ glob: "/[" }), /pfs\.glob: has a \[ without \]/],
    ]);
  });

  describe("on the transform", () => {
    const secrets = (...list: Value[]) => ({ transform: { ...TRANSFORM, secrets: list } });
    refuses([
      ["null", { transform: null }, /^spec\.transform: is required/],
      [
        "a variable without key",
        secrets({ name: "s", env_var: "A" }),
        /secrets\[0\]\.key: is required with envVar/,
      ],
      [
        "a secret without name",
        secrets({ key: "k", envVar: "A" }),
        /secrets\[0\]\.name: is required/,
      ],
    ]);
    warnsOf([
      ["no image", { transform: { cmd: ["sh"] } }, /^spec\.transform\.image: names no image/],
      ["a secret without use", secrets({ name: "s", key: "k" }), /secrets\[0\]: has neither/],
      [
        "a secret mounted twice",
        secrets({ name: "s", mountPath: "/a" }, { name: "s", mount_path: "/b" }),
        /secrets\[1\]: mounts s once more/,
      ],
    ]);
    it("warns of no transform at all", () => {
      const { failures, warnings } = check({ pipeline: { name: "p" }, input: { pfs: PFS } });
      assert.deepEqual(failures, []);
      assert.match(warnings.join(), /^spec\.transform: names no image/);
    });
    it("warns of what looks like a secret in the env, without showing it", () => {
      const env = { DB_PASSWORD: "hunter2", API_KEY: "k3y", TOKEN_FILE: "/t", EMPTY_TOKEN: "" };
      const { warnings } = check(spec({ transform: { ...TRANSFORM, env } }));
      assert.equal(warnings.length, 2);
      assert.match(warnings[0] ?? "", /^spec\.transform\.env\.DB_PASSWORD: looks like a secret/);
      assert.match(warnings[1] ?? "", /^spec\.transform\.env\.API_KEY: looks like a secret/);
      assert.doesNotMatch(warnings.join(), /hunter2|k3y/);
    });
  });

  describe("on how the pipeline runs", () => {
    const sql = { url: "u", secret: { name: "s", key: "k" } };
    refuses([
      [
        "an unknown reprocessSpec",
        { reprocessSpec: "sometimes" },
        /until_success, every_job, found "sometimes"/,
      ],
      ["a bad output branch", { output_branch: "a b" }, /^spec\.output_branch: must consist/],
      ["spout with input", { spout: {} }, /^spec\.input: can't be combined with spout/],
      [
        "spout with autoscaling",
        { input: null, spout: {}, autoscaling: true },
        /^spec\.autoscaling: can't/,
      ],
      [
        "an unknown service type",
        { service: { type: "None" } },
        /service\.type: must be one of ClusterIP/,
      ],
      [
        "a service with more workers",
        { service: {}, parallelismSpec: { constant: 2 } },
        /constant: must be 1/,
      ],
      ["s3Out with service", { service: {}, s3Out: true }, /s3Out: can't be combined with service/],
      [
        "s3Out with spout",
        { input: null, spout: {}, s3Out: true },
        /s3Out: can't be combined with spout/,
      ],
      [
        "an egress to both",
        { egress: { objectStorage: { url: "u" }, sqlDatabase: sql } },
        /^spec\.egress: can have only/,
      ],
      [
        "a database without secret",
        { egress: { sql_database: { url: "u" } } },
        /sql_database\.secret: is required/,
      ],
      [
        "a database secret without key",
        { egress: { sqlDatabase: { ...sql, secret: { name: "s" } } } },
        /sqlDatabase\.secret\.key: is required/,
      ],
    ]);
    accepts([
      ["a spout with service and input", { spout: { service: PORTS } }],
      [
        "a service with one worker",
        { service: { type: "ClusterIP", ...PORTS }, parallelismSpec: { constant: "1" } },
      ],
      ["an egress by URL", { egress: { URL: "s3://bucket/dir" } }],
      [
        "quantities",
        {
          resourceLimits: {
            cpu: 0.5,
            memory: "256Mi",
            disk: "1e9",
            gpu: { type: "nvidia.com/gpu", number: 1 },
          },
        },
      ],
    ]);
    warnsOf([
      ["a salt", { salt: "x" }, /^spec\.salt: .*`reprocess` argument/],
      [
        "an uptime without autoscaling",
        { maximumExpectedUptime: "60s" },
        /maximumExpectedUptime: needs `autoscaling/,
      ],
      [
        "a service that scales to nothing",
        { service: PORTS, autoscaling: true },
        /^spec\.autoscaling: makes no sense/,
      ],
      [
        "spout and service together",
        { input: null, spout: {}, service: PORTS },
        /^spec\.service: can't be combined/,
      ],
      [
        "a bad quantity",
        { resourceRequests: { memory: "512MB" } },
        /memory: is no Kubernetes quantity/,
      ],
      ["a GPU without type", { resourceLimits: { gpu: { number: 1 } } }, /gpu: has no type/],
      [
        "datum sets by two measures",
        { datumSetSpec: { perWorker: 1, number: 2 } },
        /perWorker: does not go/,
      ],
      ["a podPatch that is no patch", { podPatch: { spec: {} } }, /podPatch: is no JSON patch/],
      [
        "an operation without path",
        { podPatch: '[{"op":"add"}]' },
        /operation \(number 1\) without "path"/,
      ],
      ["a path that is none", { podPatch: [{ op: "remove", path: "a" }] }, /without "path"/],
      ["an unknown operation", { podPatch: [{ op: "put", path: "/a" }] }, /without "op" \(add, /],
      ["an addition of nothing", { podPatch: [{ op: "add", path: "/a" }] }, /without "value"/],
      ["a move from nowhere", { podPatch: [{ op: "move", path: "/a" }] }, /without "from"/],
      ["an operation that is a text", { podPatch: ["remove"] }, /that is no object/],
      ["a podSpec that is a list", { podSpec: "[]" }, /podSpec: is no object/],
    ]);
  });

  describe("on what only Kubernetes looks at", () => {
    const secrets = (...list: Value[]) => ({ transform: { ...TRANSFORM, secrets: list } });
    const env = (name: string) => ({ transform: { ...TRANSFORM, env: { [name]: "x" } } });
    accepts([
      [
        "keys and values as Kubernetes has them",
        {
          metadata: {
            labels: { app: "x", "example.com/team_1": "Vision.2", empty: "" },
            annotations: { "example.com/note": "any text at all, of any length" },
          },
          schedulingSpec: { nodeSelector: { "kubernetes.io/arch": "amd64" } },
        },
      ],
      ["a Secret with dots as a variable", secrets({ name: "a.b", key: "k", envVar: "K" })],
      ["unknown values of labels", { metadata: { labels: { app: UNKNOWN } } }],
      ["unknown ports", { service: { internalPort: UNKNOWN, externalPort: UNKNOWN } }],
      ["a patch that moves", { podPatch: [{ op: "move", from: "/a", path: "/b" }] }],
      ["a patch that sets null", { podPatch: [{ op: "add", path: "/a", value: null }] }],
    ]);
    warnsOf([
      [
        "a mounted Secret with dots in its name",
        secrets({ name: "a.b", mountPath: "/a" }),
        /^spec\.transform\.secrets\[0\]\.name: can't be mounted, .*so the pipeline will fail$/,
      ],
      [
        "a relative mount path",
        secrets({ name: "a", mountPath: "a" }),
        /secrets\[0\]\.mountPath: must begin with \//,
      ],
      [
        "two Secrets at one place",
        secrets({ name: "a", mountPath: "/s" }, { name: "b", mountPath: "/s" }),
        /secrets\[1\]\.mountPath: has another Secret already/,
      ],
      ["a variable with a space", env("A B"), /env\["A B"\]: has a name that not every/],
      [
        "a variable of a Secret that begins with a digit",
        secrets({ name: "s", key: "k", envVar: "1A" }),
        /secrets\[0\]\.envVar: has a name/,
      ],
      [
        "a label's key with a space",
        { metadata: { labels: { "a b": "x" } } },
        /^spec\.metadata\.labels\["a b"\]: has a key that Kubernetes does not take/,
      ],
      [
        "a label's value with a space",
        { metadata: { labels: { a: "x y" } } },
        /^spec\.metadata\.labels\.a: is no value that a Kubernetes label can have/,
      ],
      [
        "an annotation's key with two slashes",
        { metadata: { annotations: { "a/b/c": "x" } } },
        /annotations\["a\/b\/c"\]: has a key/,
      ],
      [
        "a node selector's value that is too long",
        { scheduling_spec: { node_selector: { a: "x".repeat(64) } } },
        /^spec\.scheduling_spec\.node_selector\.a: is no value/,
      ],
      [
        "a service without its own port",
        { service: { internalPort: 80 } },
        /^spec\.service\.externalPort: must be a port from 1 to 65535, or else/,
      ],
      [
        "a spout's service with a port that is none",
        { input: null, spout: { service: { ...PORTS, internalPort: 70000 } } },
        /^spec\.spout\.service\.internalPort: must be a port/,
      ],
    ]);
  });
});
