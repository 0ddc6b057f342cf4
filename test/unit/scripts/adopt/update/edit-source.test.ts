import assert from "node:assert/strict";
import { editSource } from "../../../../../scripts/adopt/update/edit-source";
import { type Edit, editsBetween } from "../../../../../scripts/adopt/update/edits";
import { format } from "../../../../../scripts/adopt/write/format";

const source = `import { keys } from "./keys";
import type { UseCaseDefinition } from "../definition";

/** Shared by two. */
const podPatch = [{ op: "add", path: "/a" }];

/** Used once. */
const tolerations = [{ key: "gpu", operator: "EXISTS" }] as const;

/** The doc. */
export const reports: UseCaseDefinition = {
  // the weekly one
  pipelines: {
    weekly: {
      spec: {
        pipeline: { name: "weekly" },
        transform: {
          image: "reports:1", // pinned
          cmd: ["report", "--weekly"],
          env: { A: "1", "B.C": \`2\` },
        },
        podPatch,
        tolerations,
      },
      secretKeys: [...keys, "token"],
    },
    daily: { spec: { ...common, podPatch, datumTries: 3, jobTimeout: timeout() } },
  },
} satisfies UseCaseDefinition;
`;

function edit(...edits: Edit[]) {
  const { source: text, refusals } = editSource(source, "reports", edits);
  assert.deepEqual(refusals, []);
  return format("use-cases/reports/index.ts", text);
}

/** The differing lines. */
function changed(text: string): string[] {
  const [before, after] = [source.split("\n"), text.split("\n")];
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line.trim()}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line.trim()}`),
  ].filter((line) => !/import/.test(line));
}

function refusal(one: Edit) {
  const { source: text, refusals } = editSource(source, "reports", [one]);
  assert.equal(text, source);
  const [only] = refusals;
  assert.ok(only !== undefined);
  const line = source.slice(0, only.offset).split("\n").length;
  return `${line}: ${only.reason}`;
}

const weekly = (...path: (string | number)[]) => ["pipelines", "weekly", "spec", ...path];

describe("an edit of a use case's file", () => {
  it("replaces a literal, and keeps the comments and the order", () => {
    assert.deepEqual(changed(edit({ path: weekly("transform", "image"), value: "reports:2" })), [
      '- image: "reports:1", // pinned',
      '+ image: "reports:2", // pinned',
    ]);
    assert.deepEqual(changed(edit({ path: weekly("transform", "env", "B.C"), value: "3" })), [
      '- env: { A: "1", "B.C": `2` },',
      '+ env: { A: "1", "B.C": "3" },',
    ]);
    assert.deepEqual(changed(edit({ path: weekly("transform", "cmd", 1), value: "--all" })), [
      '- cmd: ["report", "--weekly"],',
      '+ cmd: ["report", "--all"],',
    ]);
  });

  it("adds missing values, and removes deleted ones", () => {
    const text = edit(
      { path: weekly("autoscaling"), value: true },
      { path: weekly("resourceRequests"), value: { cpu: 2 } },
      { path: weekly("transform", "env"), value: undefined },
      { path: ["repos"], value: { data: {} } },
    );
    assert.deepEqual(changed(text), [
      '- env: { A: "1", "B.C": `2` },',
      "+ autoscaling: true,",
      "+ resourceRequests: { cpu: 2 },",
      "+ repos: { data: {} },",
    ]);
  });

  it("changes a constant that is used once", () => {
    assert.deepEqual(changed(edit({ path: weekly("tolerations", 0, "key"), value: "tpu" })), [
      '- const tolerations = [{ key: "gpu", operator: "EXISTS" }] as const;',
      '+ const tolerations = [{ key: "tpu", operator: "EXISTS" }] as const;',
    ]);
  });

  it("is refused if the value is shared or computed, with the position and the new value", () => {
    assert.equal(
      refusal({ path: weekly("podPatch", 0, "path"), value: "/b" }),
      '5: pipelines.weekly.spec.podPatch[0].path is the constant podPatch, which is used in 2 places: set it to "/b"',
    );
    assert.equal(
      refusal({ path: ["pipelines", "weekly", "secretKeys"], value: ["a"] }),
      '25: pipelines.weekly.secretKeys is computed: set it to ["a"]',
    );
    const daily = (key: string) => ["pipelines", "daily", "spec", key];
    assert.match(
      refusal({ path: daily("jobTimeout"), value: "1s" }),
      /^27: .* is computed: set it to "1s"$/,
    );
    assert.match(
      refusal({ path: daily("description"), value: "x" }),
      /^27: .*\.description may be set by this spread: set it to "x"$/,
    );
    assert.match(
      refusal({ path: ["pipelines", "weekly", "secretKeys", 1], value: "x" }),
      /computed/,
    );
    assert.match(refusal({ path: weekly("podPatch"), value: undefined }), /: remove it$/);
    const edits = [{ path: [], value: {} }];
    assert.match(
      editSource(source, "nope", edits).refusals[0]?.reason ?? "",
      /constant named nope/,
    );
  });

  it("changes a value after a spread", () => {
    const path = ["pipelines", "daily", "spec", "datumTries"];
    assert.match(edit({ path, value: 5 }), /datumTries: 5/);
  });
});

describe("the edits between two values", () => {
  it("are minimal, except that lists of different lengths are replaced", () => {
    const before = { a: 1, b: { c: [1, { d: 2 }], e: 1 }, f: [1], g: null };
    const after = { a: 1, b: { c: [1, { d: 3 }], h: {} }, f: [1, 2], g: { i: 1 } };
    assert.deepEqual(editsBetween(before, after), [
      { path: ["b", "c", 1, "d"], value: 3 },
      { path: ["b", "e"], value: undefined },
      { path: ["b", "h"], value: {} },
      { path: ["f"], value: [1, 2] },
      { path: ["g"], value: { i: 1 } },
    ]);
    assert.deepEqual(editsBetween(before, structuredClone(before)), []);
  });
});
