import assert from "node:assert/strict";
import { UNKNOWN, type Value } from "../../../../../providers/kit/values";
import { canonicalSpec } from "../../../../../providers/pachyderm/spec/canonical";
import { specsEqual } from "../../../../../providers/pachyderm/spec/compare";

const OPTIONS = { project: "default" };
const PIPELINE = { name: "p" };
const pfs = (fields: Record<string, Value>): Value => ({
  pipeline: PIPELINE,
  input: { pfs: { repo: "in", glob: "/", ...fields } },
});
const spec = (fields: Record<string, Value>): Value => ({ pipeline: PIPELINE, ...fields });
const inList = (fields: Record<string, Value>): Value =>
  spec({ tolerations: [{ operator: "EXISTS", ...fields }] });

describe("canonicalSpec", () => {
  it("takes no time with a megabyte of `../`, and descends into JSON only to a limit", () => {
    const podPatch = `[{"op":"add","path":"/a","value":${"[".repeat(5_000)}${"]".repeat(5_000)}}]`;
    const spec: Value = {
      pipeline: { name: "a" },
      input: { pfs: { repo: "data", glob: "../".repeat(333_333) } },
      transform: { image: "alpine:3", cmd: ["true"] },
      podPatch,
    };
    const start = process.cpuUsage();
    assert.ok(specsEqual(spec, structuredClone(spec), { project: "default" }));
    assert.ok(!specsEqual(spec, { ...spec, podPatch: `${podPatch} ` }, { project: "default" }));
    assert.ok(process.cpuUsage(start).user < 5_000_000, "took seconds");
  });

  it("gives every value one form and fills in the defaults derived from the spec itself", () => {
    const given: Value = {
      pod_patch: '[{"op": "add", "path": "/a"}]',
      transform: { err_cmd: ["a"], env: { snake_case: "kept" }, accept_return_code: ["1"] },
      datum_timeout: "90.500s",
      update: true,
      tolerations: [{ operator: 2, effect: 3 }],
      input: {
        cross: [{ pfs: { repo: "in", glob: "x/*" } }, { cron: { name: "c", spec: "@daily" } }],
      },
      pipeline: PIPELINE,
    };
    assert.deepEqual(canonicalSpec(given, { project: "team" }), {
      podPatch: [{ op: "add", path: "/a" }],
      transform: { errCmd: ["a"], env: { snake_case: "kept" }, acceptReturnCode: [1] },
      datumTimeout: "90.5s",
      tolerations: [{ operator: "EQUAL", effect: "NO_EXECUTE" }],
      input: {
        cross: [
          {
            pfs: {
              repo: "in",
              glob: "/x/*",
              project: "team",
              name: "in",
              repoType: "user",
              branch: "master",
            },
          },
          { cron: { name: "c", spec: "@daily", project: "team", repo: "p_c" } },
        ],
      },
      pipeline: { name: "p", project: { name: "team" } },
    });
  });

  it("keeps unknown values unknown", () => {
    assert.deepEqual(canonicalSpec({ input: UNKNOWN }, OPTIONS), { input: UNKNOWN });
    assert.equal(canonicalSpec(UNKNOWN, OPTIONS), UNKNOWN);
  });

  const equal: readonly (readonly [what: string, a: Value, b: Value])[] = [
    ["spelling", spec({ datumTries: 2 }), spec({ datum_tries: 2 })],
    ["number form", spec({ datumTries: 2 }), spec({ datumTries: "2" })],
    [
      "float form",
      spec({ resourceLimits: { cpu: 0.1 } }),
      spec({ resourceLimits: { cpu: "0.1" } }),
    ],
    ["enum form", inList({ effect: 1 }), inList({ effect: "NO_SCHEDULE" })],
    ["duration form", spec({ jobTimeout: "60s" }), spec({ jobTimeout: "60.000s" })],
    [
      "time zone",
      spec({ input: { cron: { name: "c", spec: "@daily", start: "2024-05-01T02:00:00+02:00" } } }),
      spec({ input: { cron: { name: "c", spec: "@daily", start: "2024-05-01T00:00:00.0Z" } } }),
    ],
    [
      "patch as text or list",
      spec({ podPatch: '[ {"op":"test"} ]' }),
      spec({ podPatch: [{ op: "test" }] }),
    ],
    ["an empty map", spec({ metadata: { labels: {} } }), spec({ metadata: {} })],
    ["default name", pfs({}), pfs({ name: "in" })],
    ["default branch", pfs({}), pfs({ branch: "master" })],
    ["default project", pfs({}), pfs({ project: "default" })],
    ["default repo type", pfs({}), pfs({ repoType: "user" })],
    ["glob without slash", pfs({ glob: "a/*" }), pfs({ glob: "/a/*" })],
    ["false in an input", pfs({}), pfs({ lazy: false })],
    ["null in an input", pfs({}), pfs({ trigger: null })],
    ["default branch of a trigger", pfs({ trigger: {} }), pfs({ trigger: { branch: "master" } })],
    ["empty text in a list's item", inList({}), inList({ value: "", effect: "ALL_EFFECTS" })],
    ["pipeline's project", spec({}), { pipeline: { name: "p", project: { name: "default" } } }],
    ["request fields", spec({}), spec({ update: true, reprocess: true, dry_run: false })],
  ];
  for (const [what, a, b] of equal) {
    it(`treats as equal: ${what}`, () => {
      assert.ok(specsEqual(a, b, OPTIONS));
      assert.ok(specsEqual(b, a, OPTIONS));
    });
  }

  const different: readonly (readonly [what: string, a: Value, b: Value])[] = [
    // the cluster's or the project's defaults may say true
    ["false, which overrides a default, and nothing", spec({ autoscaling: false }), spec({})],
    [
      "null, which takes a default away, and nothing",
      spec({ transform: { image: null } }),
      spec({ transform: {} }),
    ],
    ["an empty list, which overrides, and nothing", spec({ tolerations: [] }), spec({})],
    ["the built-in default and nothing", spec({ outputBranch: "master" }), spec({})],
    ["a message without fields and none", spec({ spout: {} }), spec({})],
    ["a trigger without conditions and none", pfs({ trigger: {} }), pfs({})],
    ["0 and nothing where 0 means at once", inList({ tolerationSeconds: 0 }), inList({})],
    [
      "keys of the env",
      spec({ transform: { env: { a_b: "1" } } }),
      spec({ transform: { env: { aB: "1" } } }),
    ],
    [
      "the order of a list",
      spec({ transform: { cmd: ["a", "b"] } }),
      spec({ transform: { cmd: ["b", "a"] } }),
    ],
    [
      "numbers beyond JavaScript's",
      spec({ podPatch: '[{"value":9007199254740993}]' }),
      spec({ podPatch: '[{"value":9007199254740992}]' }),
    ],
    [
      "big whole numbers",
      spec({ datumTries: "9007199254740993" }),
      spec({ datumTries: "9007199254740992" }),
    ],
    ["branches", pfs({ branch: "main" }), pfs({})],
    ["unknown values", spec({ description: UNKNOWN }), spec({ description: UNKNOWN })],
  ];
  for (const [what, a, b] of different) {
    it(`distinguishes: ${what}`, () => assert.ok(!specsEqual(a, b, OPTIONS)));
  }
});
