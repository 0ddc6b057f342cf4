import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import { Secret, UNKNOWN, type Value } from "../../../../../providers/kit/values";
import { Pipeline } from "../../../../../providers/pachyderm";
import { checkSpec, formatProblem } from "../../../../../providers/pachyderm/spec/check";
import type { PipelineSpec } from "../../../../../providers/pachyderm/spec/types";

const PFS = { repo: "in", glob: "/" };
const PFS_INPUT = { pfs: PFS };
const PORTS = { internalPort: 8080, externalPort: 30080 };
const TRANSFORM = { image: "img:1", cmd: ["/bin/sh"], stdin: ["true"] };

/** A valid spec with some fields replaced. */
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
    it(`warns about ${what}`, () => {
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
  it("finds nothing in a valid spec", () => {
    assert.deepEqual(check(spec()), { failures: [], warnings: [] });
  });

  describe("on fields and types", () => {
    refuses([
      ["an unknown field", { nonsense: 1 }, /^spec\.nonsense: is not a valid field here/],
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
        /^spec\.pod_patch: is set twice, also as podPatch/,
      ],
      [
        "a number as text",
        { description: 1 },
        /^spec\.description: must be a string, found a number$/,
      ],
      ["a text as flag", { autoscaling: "true" }, /must be true or false, found "true"$/],
      [
        "a word as number",
        { parallelismSpec: { constant: "many" } },
        /^spec\.parallelismSpec\.constant: must be an integer from 0 to \d+, found "many"$/,
      ],
      [
        "a negative count",
        { parallelism_spec: { constant: -1 } },
        /parallelism_spec\.constant: .*-1$/,
      ],
      ["a fraction as count", { datumTries: 1.5 }, /datumTries: must be an integer/],
      [
        "a port over 32 bits",
        { service: { internalPort: 2 ** 31 } },
        /internalPort: .*2147483648$/,
      ],
      [
        "minutes as duration",
        { datumTimeout: "5m" },
        /datumTimeout: must be a duration in seconds/,
      ],
      ["a date as time", cron({ start: "2024-05-01" }), /start: must be a time such as/],
      [
        "a date that does not exist",
        cron({ start: "2024-02-30T00:00:00Z" }),
        /start: must be a time/,
      ],
      ["text for a list", { tolerations: "x" }, /tolerations: must be a list, found a string$/],
      [
        "a field that belongs elsewhere",
        { image: "img:1" },
        /^spec\.image: is not a valid field here; it belongs in `spec\.transform\.image`$/,
      ],
      [
        "a field of what is inside",
        { input: { glob: "/", pfs: PFS } },
        /^spec\.input\.glob: is not a valid field here; it belongs in `pfs\.glob`$/,
      ],
      [
        "a field of what is around",
        { transform: { ...TRANSFORM, pod_patch: "[]" } },
        /transform\.pod_patch: .*belongs in `spec\.pod_patch`$/,
      ],
      [
        "a field that several places have",
        { memory: "1Gi" },
        /^spec\.memory: .*`spec\.resourceRequests\.memory` or `spec\.resourceLimits\.memory` or/,
      ],
      [
        "standby of 1.x",
        { standby: true },
        /^spec\.standby: was removed in Pachyderm 2: use `autoscaling`$/,
      ],
      ["enable_stats of 1.x", { enable_stats: true }, /^spec\.enable_stats: was removed in Pach/],
      ["cache_size of 1.x", { cache_size: "1G" }, /cache_size: .*`sidecarResourceRequests`$/],
      ["chunk_spec of 1.x", { chunk_spec: { number: 1 } }, /chunk_spec: .*`datumSetSpec`$/],
      [
        "an input named atom, as before 1.8",
        { input: { atom: { repo: "in", glob: "/" }, pfs: PFS } },
        /^spec\.input\.atom: was removed in Pachyderm 2: use `pfs`$/,
      ],
      [
        "a coefficient of workers",
        { parallelism_spec: { coefficient: 2 } },
        /coefficient: was removed in Pachyderm 2: use `constant`$/,
      ],
      ["null for a list", { tolerations: null }, /^spec\.tolerations: must be a list, found null/],
      [
        "null for a list deep inside",
        { input: { cross: [{ ...PFS_INPUT, union: null }, leaf("b")] } },
        /^spec\.input\.cross\[0\]\.union: must be a list, found null: .*\[\] for an empty list$/,
      ],
      [
        "null for a map",
        { metadata: { labels: null } },
        /^spec\.metadata\.labels: must be an object .*, found null: leave it out$/,
      ],
      [
        "null for a variable",
        { transform: { ...TRANSFORM, env: { X: null } } },
        /^spec\.transform\.env\.X: must not be null$/,
      ],
      [
        "null in a list",
        { transform: { ...TRANSFORM, cmd: [null] } },
        /cmd\[0\]: must not be null$/,
      ],
      ["a list for an object", { metadata: [] }, /metadata: must be an object, found a list/],
      [
        "a number in the env, without showing it",
        { transform: { ...TRANSFORM, env: { "A.B": 12345 } } },
        /^spec\.transform\.env\["A\.B"\]: must be a string, found a number$/,
      ],
      ["update inside the spec", { update: true }, /^spec\.update: .*updates are automatic/],
      ["reprocess inside the spec", { reprocess: true }, /`reprocess` argument$/],
      ["dryRun inside the spec", { dry_run: true }, /^spec\.dry_run: .*pulumi preview/],
      ["specCommit", { specCommit: { id: "x" } }, /specCommit/],
      ["a TFJob", { tfJob: { tfJob: "{}" } }, /tfJob: is not supported by Pachyderm/],
      ["a commit of an input", pfs({ commit: "abc" }), /input\.pfs\.commit: is set by Pachyderm/],
      ["malformed JSON in podPatch", { podPatch: "[{" }, /^spec\.podPatch: must be valid JSON$/],
      ["malformed JSON in podSpec", { pod_spec: "{" }, /^spec\.pod_spec: must be valid JSON$/],
      [
        "an unknown operator of a toleration",
        { tolerations: [{ operator: "LIKE" }] },
        /tolerations\[0\]\.operator: expected one of EXISTS, EQUAL, found "LIKE"$/,
      ],
      [
        "an empty operator",
        { tolerations: [{ operator: "EMPTY" }] },
        /is required: expected one of EXISTS, EQUAL$/,
      ],
      ["no operator", { tolerations: [{ key: "a" }] }, /tolerations\[0\]\.operator: is required/],
    ]);
    accepts([
      ["counts as text", { parallelismSpec: { constant: "4" }, datumTries: "3" }],
      ["enums by number", { tolerations: [{ operator: 1, effect: 3 }] }],
      ["mixed spellings", { datum_tries: 3, jobTimeout: "1.5s", s3_out: false }],
      ["null for not set", { autoscaling: null, metadata: null, podPatch: null }],
      ["request fields that ask for nothing", { update: false, reprocess: null }],
      ["podPatch as a list", { podPatch: [{ op: "remove", path: "/volumes" }] }],
      ["an empty podPatch", { podPatch: "" }],
    ]);
    it("requires an object", () => {
      for (const value of [null, "text", ["list"]]) {
        assert.match(check(value).failures[0] ?? "", /^spec: (is required|must be an object)/);
      }
    });
  });

  describe("on secrets and unknown values", () => {
    it("refuses a secret anywhere, says what to do instead and never shows it", () => {
      const hidden = new Secret("hunter2");
      const refs: [Value, string][] = [
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
      for (const [value, ref] of refs) {
        const { failures } = check(value);
        assert.equal(failures.length, 1);
        assert.ok(failures[0]?.startsWith(`${ref}: is a secret`), failures[0]);
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
    it("checks everything around an unknown value", () => {
      const { failures } = check(spec({ input: { cross: [UNKNOWN, { pfs: { repo: UNKNOWN } }] } }));
      assert.equal(failures.length, 1);
      assert.match(failures[0] ?? "", /^spec\.input\.cross\[1\]\.pfs\.glob: is required/);
    });
    it("accepts any name length that an unknown project may allow", () => {
      const children = [
        leaf("a", { name: "x" }),
        leaf("a", { name: "y", project: "q", branch: "b" }),
      ];
      const pipeline = { name: "p", project: { name: UNKNOWN } };
      assert.deepEqual(check(spec({ pipeline, input: { cross: children } }), "q").failures, []);
    });
    it("accepts a completely unknown spec", () => {
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
        /is 52 characters long, but at most 51 are allowed/,
      ],
      ["a name that begins with -", { pipeline: { name: "-a" } }, /start with a letter or digit/],
      [
        "a bad project name",
        { pipeline: { name: "p", project: { name: "a.b" } } },
        /project\.name: must consist/,
      ],
      [
        "names too long together",
        { pipeline: { name: "n".repeat(40), project: { name: "p".repeat(20) } } },
        /^spec\.pipeline\.name: .*is 60 characters long together .* at most 58/,
      ],
    ]);
    it("counts the provider's project if the spec does not name one", () => {
      const long = spec({ pipeline: { name: "n".repeat(51) } });
      assert.deepEqual(check(long, "default").failures, []);
      assert.match(check(long, "long-project").failures[0] ?? "", /project long-project/);
    });

    it("refuses an invalid provider project if the spec does not name one", () => {
      assert.match(
        check(spec(), "Bad Project!").failures.join(),
        /^spec\.pipeline\.project: is not set, and the name of the provider's project/,
      );
      const named = { pipeline: { name: "p", project: { name: "good" } } };
      assert.deepEqual(check(spec(named), "Bad Project!").failures, []);
    });
    it("requires a pipeline", () => {
      assert.deepEqual(check({ transform: TRANSFORM }).failures, ["spec.pipeline: is required"]);
    });
  });

  describe("on inputs", () => {
    refuses([
      ["an empty input", { input: {} }, /^spec\.input: must have exactly one of .*found none$/],
      ["an empty combination", { input: { cross: [] } }, /found none$/],
      [
        "two kinds",
        { input: { pfs: PFS, cron: { name: "c", spec: "@daily" } } },
        /found pfs and cron$/,
      ],
      ["no repo", { input: { pfs: { glob: "/" } } }, /^spec\.input\.pfs\.repo: is required$/],
      ["no glob", { input: { pfs: { repo: "in" } } }, /^spec\.input\.pfs\.glob: is required/],
      ["the name out", pfs({ name: "out" }), /^spec\.input\.pfs\.name: cannot be out/],
      ["the repo out without name", pfs({ repo: "out" }), /^spec\.input\.pfs\.repo: cannot be out/],
      ["the name .env", pfs({ name: ".env" }), /cannot be \.env/],
      ["a bad branch", pfs({ branch: "a/b" }), /^spec\.input\.pfs\.branch: must consist/],
      ["its own repo", pfs({ repo: "p" }), /own output repo/],
      [
        "a name twice",
        { input: { cross: [leaf("a"), leaf("a")] } },
        /cross\[1\]\.pfs\.repo: is a, which is also the name of another input/,
      ],
      [
        "a name that a union beside it may give",
        { input: { cross: [{ union: [leaf("a"), leaf("b")] }, leaf("b")] } },
        /cross\[1\]\.pfs\.repo: is b, which is also the name of another input/,
      ],
      [
        "two branches of one repo",
        { input: { cross: [leaf("a", { name: "x", branch: "m" }), leaf("a", { name: "y" })] } },
        /cross\[1\]\.pfs\.branch: differs from the branch of a /,
      ],
      ["s3 with lazy", pfs({ s3: true, lazy: true }), /pfs\.lazy: cannot be combined with s3/],
      ["s3 with empty_files", pfs({ s3: true, empty_files: true }), /pfs\.empty_files: cannot/],
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
      ["a bad cron spec", cron({ spec: "never ever" }), /cron\.spec: has 2 fields, expected 5/],
      ["a cron name that makes no repo", cron({ name: "a b" }), /cron\.name: .*repo for the ticks/],
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
        /trigger\.branch: must differ/,
      ],
      [
        "an unknown type of repo",
        pfs({ repoType: "nope" }),
        /repoType: expected one of user, meta, spec, found "nope"$/,
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
      [
        "a join by the groups that the globs have",
        {
          input: {
            join: [
              leaf("a", { joinOn: "$1-$2", glob: "/(*)-@(x|y).csv" }),
              leaf("b", { joinOn: "$1", glob: UNKNOWN }),
            ],
          },
        },
      ],
      ["a glob that leads up inside the repo", pfs({ glob: "/a/../b" })],
      ["the repo of the metadata", pfs({ repoType: "meta" })],
      ["a trigger with its defaults", pfs({ trigger: { size: "10MB" } })],
      ["no input at all", { input: null }],
    ]);
    warnsOf([
      ["a glob that can match nothing", pfs({ glob: "/[" }), /pfs\.glob: has a \[ without \]/],
      ["a glob that leads out", pfs({ glob: "../a" }), /pfs\.glob: points outside of the repo/],
      [
        "a join by a group that the glob has not",
        { input: { join: [leaf("a", { joinOn: "$1" }), leaf("b")] } },
        /^spec\.input\.join\[0\]\.pfs\.joinOn: refers to \$1, but the glob has 0 capture groups: /,
      ],
      [
        "a group by a second group of one",
        { input: { group: [leaf("a", { group_by: `\${2}-x`, glob: "/(*)" })] } },
        /group\[0\]\.pfs\.group_by: refers to \$2, but the glob has 1 capture group:/,
      ],
    ]);
  });

  describe("on the transform", () => {
    const image = (name: Value) => ({ transform: { ...TRANSFORM, image: name } });
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
      [
        "no image",
        { transform: { cmd: ["sh"] } },
        /^spec\.transform\.image: is not set, so the default image of the project or the cluster/,
      ],
      ["an empty image", { transform: { image: "" } }, /^spec\.transform\.image: is not set/],
      [
        "an image with a space",
        image("img: 1"),
        /^spec\.transform\.image: contains a space, so no/,
      ],
      ["an image in capital letters", image("Img:1"), /image: contains uppercase letters/],
      ["an image without name", image("registry.io/:1"), /image: is not a valid image name/],
      ["an image with a malformed tag", image("img:1+2"), /image: has a malformed tag after the :/],
      ["an image with a short digest", image("img@sha256:12"), /image: has a malformed digest/],
      ["an image whose registry is none", image("a_b.io/img"), /image: has a malformed registry/],
      ["a secret without use", secrets({ name: "s", key: "k" }), /secrets\[0\]: has neither/],
      [
        "a secret mounted twice",
        secrets({ name: "s", mountPath: "/a" }, { name: "s", mount_path: "/b" }),
        /secrets\[1\]: mounts s twice/,
      ],
    ]);
    accepts([
      ["null for the image, which means Pachyderm's own", { transform: { image: null } }],
      ["an image of a registry with a port", image("localhost:5000/team/img_x--y:v1.2-rc_3")],
      ["an image by digest", image(`gcr.io/p/img:1@sha256:${"0a".repeat(32)}`)],
      ["an unknown image", image(UNKNOWN)],
    ]);
    it("warns about a missing transform", () => {
      const { failures, warnings } = check({ pipeline: { name: "p" }, input: { pfs: PFS } });
      assert.deepEqual(failures, []);
      assert.match(warnings.join(), /^spec\.transform: is not set/);
    });
    it("warns about a value in the env that looks like a secret, without showing it", () => {
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
      ["spout with input", { spout: {} }, /^spec\.input: cannot be combined with spout/],
      [
        "spout with autoscaling",
        { input: null, spout: {}, autoscaling: true },
        /^spec\.autoscaling: cannot/,
      ],
      [
        "an unknown service type",
        { service: { type: "None" } },
        /service\.type: expected one of ClusterIP/,
      ],
      [
        "a service with more workers",
        { service: {}, parallelismSpec: { constant: 2 } },
        /constant: must be 1/,
      ],
      [
        "s3Out with service",
        { service: {}, s3Out: true },
        /s3Out: cannot be combined with service/,
      ],
      [
        "s3Out with spout",
        { input: null, spout: {}, s3Out: true },
        /s3Out: cannot be combined with spout/,
      ],
      [
        "an egress to both",
        { egress: { objectStorage: { url: "u" }, sqlDatabase: sql } },
        /^spec\.egress: must have only/,
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
      [
        "as many GPUs as the limit",
        {
          resourceRequests: { gpu: { type: "nvidia.com/gpu", number: "1" } },
          resourceLimits: { gpu: { type: "nvidia.com/gpu", number: 1 } },
        },
      ],
      [
        "requests within the limits, and without",
        {
          resourceRequests: { cpu: 1, memory: "1Gi", disk: UNKNOWN },
          resourceLimits: { cpu: 1, memory: "1024Mi", disk: "1G" },
          sidecarResourceRequests: { cpu: 8 },
        },
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
        /maximumExpectedUptime: requires `autoscaling/,
      ],
      [
        "a service that scales to nothing",
        { service: PORTS, autoscaling: true },
        /^spec\.autoscaling: cannot be combined/,
      ],
      [
        "spout and service together",
        { input: null, spout: {}, service: PORTS },
        /^spec\.service: cannot be combined/,
      ],
      [
        "a bad quantity",
        { resourceRequests: { memory: "512MB" } },
        /memory: is not a valid Kubernetes quantity .*found "512MB"$/,
      ],
      [
        "a request over the limit",
        { resource_requests: { cpu: 2 }, resourceLimits: { cpu: "1.5" } },
        /^spec\.resource_requests\.cpu: is more than resourceLimits\.cpu allows, so the pipeline will/,
      ],
      [
        "memory over the limit in other units",
        { resourceRequests: { memory: "1100Mi" }, resourceLimits: { memory: "1.1G" } },
        /^spec\.resourceRequests\.memory: is more than resourceLimits\.memory allows/,
      ],
      [
        "a sidecar's disk over the limit",
        { sidecarResourceRequests: { disk: "2e9" }, sidecarResourceLimits: { disk: "1G" } },
        /^spec\.sidecarResourceRequests\.disk: is more than sidecarResourceLimits\.disk/,
      ],
      [
        "GPUs over the limit",
        {
          resourceRequests: { gpu: { type: "nvidia.com/gpu", number: 2 } },
          resourceLimits: { gpu: { type: "nvidia.com/gpu", number: 1 } },
        },
        /^spec\.resourceRequests\.gpu: requires the same type and number in resourceLimits\.gpu, so the/,
      ],
      [
        "GPUs of another type than the limit's",
        {
          resourceRequests: { gpu: { type: "amd.com/gpu", number: 1 } },
          resourceLimits: { gpu: { type: "nvidia.com/gpu", number: 1 } },
        },
        /^spec\.resourceRequests\.gpu: requires the same type and number in resourceLimits\.gpu/,
      ],
      [
        "GPUs that have no limit",
        { resource_requests: { gpu: { type: "nvidia.com/gpu", number: 1 } } },
        /^spec\.resource_requests\.gpu: requires the same type and number in resourceLimits\.gpu/,
      ],
      [
        "a negative cpu",
        { resourceRequests: { cpu: -1 } },
        /requests?\.cpu: must not be negative/i,
      ],
      ["negative memory", { resourceLimits: { memory: "-1Gi" } }, /memory: must not be negative/],
      ["a negative disk", { resourceLimits: { disk: "-.5" } }, /disk: must not be negative/],
      [
        "negative GPUs",
        { resourceLimits: { gpu: { type: "nvidia.com/gpu", number: "-1" } } },
        /gpu\.number: must not be negative/,
      ],
      ["a negative timeout", { datumTimeout: "-5s" }, /^spec\.datumTimeout: must not be negative/],
      ["a negative timeout of jobs", { job_timeout: "-0.5s" }, /job_timeout: must not be negative/],
      ["a GPU without type", { resourceLimits: { gpu: { number: 1 } } }, /gpu: must have a type/],
      [
        "datum sets by two measures",
        { datumSetSpec: { perWorker: 1, number: 2 } },
        /perWorker: cannot be combined/,
      ],
      ["a podPatch that is no patch", { podPatch: { spec: {} } }, /podPatch: is not a JSON patch/],
      [
        "an operation without path",
        { podPatch: '[{"op":"add"}]' },
        /operation \(number 1\) without "path"/,
      ],
      ["a path that is none", { podPatch: [{ op: "remove", path: "a" }] }, /without "path"/],
      ["an unknown operation", { podPatch: [{ op: "put", path: "/a" }] }, /without "op" \(add, /],
      ["an addition of nothing", { podPatch: [{ op: "add", path: "/a" }] }, /without "value"/],
      ["a move from nowhere", { podPatch: [{ op: "move", path: "/a" }] }, /without "from"/],
      ["an operation that is a text", { podPatch: ["remove"] }, /that is not an object/],
      ["a podSpec that is a list", { podSpec: "[]" }, /podSpec: is not an object/],
    ]);
  });

  describe("on what only Kubernetes validates", () => {
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
      [
        "any port of a load balancer",
        { service: { ...PORTS, type: "LoadBalancer", externalPort: 80 } },
      ],
      ["a port of an unknown type", { service: { ...PORTS, type: UNKNOWN, externalPort: 80 } }],
      [
        "tolerations as Kubernetes has them",
        {
          tolerations: [
            { operator: "EXISTS" },
            { key: "k", operator: "EQUAL", value: "v", effect: "NO_SCHEDULE" },
            { key: "k", operator: 1, effect: 3, tolerationSeconds: "60" },
            { key: UNKNOWN, operator: "EQUAL", value: UNKNOWN },
          ],
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
        /^spec\.transform\.secrets\[0\]\.name: cannot be mounted: .*so the pipeline will fail$/,
      ],
      [
        "a relative mount path",
        secrets({ name: "a", mountPath: "a" }),
        /secrets\[0\]\.mountPath: must start with \//,
      ],
      [
        "two Secrets at one place",
        secrets({ name: "a", mountPath: "/s" }, { name: "b", mountPath: "/s" }),
        /secrets\[1\]\.mountPath: already has another Secret mounted/,
      ],
      [
        "a node port out of Kubernetes' range",
        { service: { internalPort: 80, externalPort: 80 } },
        /^spec\.service\.externalPort: must be from 30000 to 32767 for a service of type NodePort/,
      ],
      [
        "a toleration of any value with a value",
        { tolerations: [{ key: "k", operator: "EXISTS", value: "v" }] },
        /^spec\.tolerations\[0\]\.value: must be left out with the operator EXISTS/,
      ],
      [
        "a toleration of a value of no key",
        { tolerations: [{ operator: 2, value: "v" }] },
        /^spec\.tolerations\[0\]\.key: is required with the operator EQUAL/,
      ],
      [
        "a toleration for a time that does not run",
        { tolerations: [{ operator: "EXISTS", effect: "NO_SCHEDULE", tolerationSeconds: 0 }] },
        /^spec\.tolerations\[0\]\.tolerationSeconds: requires the effect NO_EXECUTE/,
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
        /^spec\.metadata\.labels\["a b"\]: contains a key that Kubernetes does not accept/,
      ],
      [
        "a label's value with a space",
        { metadata: { labels: { a: "x y" } } },
        /^spec\.metadata\.labels\.a: is not a valid value of a Kubernetes label/,
      ],
      [
        "an annotation's key with two slashes",
        { metadata: { annotations: { "a/b/c": "x" } } },
        /annotations\["a\/b\/c"\]: contains a key/,
      ],
      [
        "a node selector's value that is too long",
        { scheduling_spec: { node_selector: { a: "x".repeat(64) } } },
        /^spec\.scheduling_spec\.node_selector\.a: is not a valid value/,
      ],
      [
        "a service without its own port",
        { service: { internalPort: 80 } },
        /^spec\.service\.externalPort: must be a port from 1 to 65535, or/,
      ],
      [
        "a spout's service with a port that is none",
        { input: null, spout: { service: { ...PORTS, internalPort: 70000 } } },
        /^spec\.spout\.service\.internalPort: must be a port/,
      ],
    ]);
  });

  describe("on the server's version", () => {
    const failures = (fields: Record<string, Value>, server?: { major: number; minor: number }) =>
      checkSpec(spec(fields), { project: "default", server }).failures.map(formatProblem);

    it("refuses fields that the server does not support, whatever their value", () => {
      const server = { major: 2, minor: 11 };
      assert.deepEqual(failures(pfs({ reference: true }), server), [
        "spec.input.pfs.reference: requires Pachyderm 2.12 or newer, and the server is Pachyderm 2.11",
      ]);
      assert.equal(failures(pfs({ propagation_spec: null }), server).length, 1);
      const nested = {
        input: { cross: [{ union: [leaf("a", { reference: false })] }, leaf("b")] },
      };
      assert.match(
        failures(nested, server)[0] ?? "",
        /^spec\.input\.cross\[0\]\.union\[0\]\.pfs\.ref/,
      );
    });

    it("accepts them if the server supports them or its version is not known", () => {
      const fields = pfs({ reference: true, propagationSpec: { never: true } });
      const versions = [undefined, [2, 12], [2, 13], [3, 0], [0, 0]] as const;
      for (const version of versions) {
        const server = version && { major: version[0], minor: version[1] };
        assert.deepEqual(failures(fields, server), []);
      }
    });

    it("warns if the version that introduced a field is only inferred", () => {
      const fields = { autoscaling: true, maximumExpectedUptime: "60s" };
      const server = { major: 2, minor: 8 };
      const { failures, warnings } = checkSpec(spec(fields), { project: "default", server });
      assert.deepEqual(failures, []);
      assert.match(
        formatProblem(warnings[0] ?? { path: [], reason: "" }),
        /Pachyderm 2\.9 or newer/,
      );
    });
  });

  describe("on size limits", () => {
    const nested = (depth: number): Value =>
      depth === 0 ? leaf("a") : { cross: [nested(depth - 1)] };

    it("refuses a spec that is nested too deeply, at the documented depth", () => {
      assert.deepEqual(check(spec({ input: nested(45) })).failures, []);
      for (const depth of [60, 1_000, 4_000]) {
        assert.deepEqual(check(spec({ input: nested(depth) })).failures, [
          "spec: is nested deeper than 100 objects and lists",
        ]);
      }
    });

    it("refuses it in the resource's constructor, because the engine could not even send it", () => {
      const tooDeep = { pipeline: { name: "p" }, input: nested(1_000) } as PipelineSpec;
      assert.throws(
        () => new Pipeline("deep", { spec: tooDeep }),
        (error) =>
          RunError.isInstance(error) &&
          /^pipeline deep: spec: is nested deeper than 100 objects and lists$/.test(error.message),
      );
    });

    const megabyte = "1".repeat(1_000_000);
    const refs: [string, Record<string, Value>][] = [
      ["a number", { datumTries: `${megabyte}x` }],
      ["a whole number", { datumTries: megabyte }],
      ["a fraction", { resourceRequests: { cpu: `${megabyte}x` } }],
      ["a quantity", { resourceRequests: { memory: `${megabyte}x` } }],
      ["a duration", { datumTimeout: `${megabyte}x` }],
      ["a start", cron({ start: megabyte })],
      ["a size", pfs({ trigger: { size: `${megabyte}x` } })],
      ["a cron expression", cron({ spec: `@every ${megabyte}` })],
      ["a cron field", cron({ spec: `${megabyte} * * * *` })],
      ["a word of cron", cron({ spec: `@${megabyte}` })],
      ["a name", { pipeline: { name: `${megabyte}!` } }],
      ["a long name", { pipeline: { name: megabyte } }],
      ["a repo twice", { input: { cross: [leaf(megabyte), leaf(megabyte)] } }],
      ["a branch", pfs({ branch: `${megabyte}!` })],
      ["two branches", { input: { cross: [leaf(megabyte, { branch: "x" }), leaf(megabyte)] } }],
      ["a glob", pfs({ glob: "[(".repeat(500_000) })],
      ["a join", pfs({ joinOn: `$${megabyte}` })],
      ["a type", pfs({ repoType: megabyte })],
      ["a service", { service: { ...PORTS, type: megabyte } }],
      ["an enum", { tolerations: [{ operator: megabyte }] }],
      ["a label", { metadata: { labels: { [`${megabyte}!`]: `${megabyte}!` } } }],
      ["an image", { transform: { image: `${"a/".repeat(500_000)}!` } }],
      ["an unknown field", { [megabyte]: 1 }],
      ["a reprocess spec", { reprocessSpec: megabyte }],
      [
        "a mounted Secret",
        {
          transform: {
            ...TRANSFORM,
            secrets: ["/a", "/b"].map((mountPath) => ({ name: megabyte, mountPath })),
          },
        },
      ],
      ["a flag", { autoscaling: megabyte }],
      ["a patch", { podPatch: [{ op: megabyte, path: megabyte }] }],
    ];
    for (const [what, fields] of refs) {
      it(`reports a megabyte in ${what} in a few words`, () => {
        const { failures, warnings } = check(spec(fields));
        assert.ok(failures.length + warnings.length > 0);
        for (const text of [...failures, ...warnings])
          assert.ok(text.length < 600, text.slice(0, 999));
      });
    }

    it("finds duplicate names among thousands of inputs", () => {
      const many = (prefix: string): Value[] =>
        Array.from({ length: 5_000 }, (_, index) => leaf(`${prefix}${index}`));
      const { failures } = check(
        spec({ input: { cross: [...many("a"), { union: many("b") }, leaf("b7"), leaf("a7")] } }),
      );
      assert.equal(failures.length, 2, failures.join("\n"));
    });
  });
});
