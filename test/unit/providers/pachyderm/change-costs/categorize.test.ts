import assert from "node:assert/strict";
import fc from "fast-check";
import { isMap, UNKNOWN, type ValueMap } from "../../../../../providers/kit/values";
import {
  type CategorizedChange,
  categorizeChange,
  SPEC_FIELDS,
} from "../../../../../providers/pachyderm/change-costs/categorize";
import {
  CRON_FIELDS,
  PFS_FIELDS,
} from "../../../../../providers/pachyderm/change-costs/categorize-input";
import {
  CHANGE_CATEGORIES,
  highest,
  lower,
} from "../../../../../providers/pachyderm/change-costs/category";
import { diffInputs, refOf } from "../../../../../providers/pachyderm/plugin/pipeline/inputs";
import { specsEqual } from "../../../../../providers/pachyderm/spec/compare";
import {
  MESSAGES,
  type MessageName,
  specFieldNames,
} from "../../../../../providers/pachyderm/spec/fields";
import { arbitrarySpec, edited, possibleEdits } from "../spec/arbitrary-spec";

const OPTIONS = { project: "default" };
const SPEC = {
  pipeline: { name: "p" },
  transform: { image: "a:1" },
  input: { pfs: { repo: "in", glob: "/*" } },
};
const a = { pfs: { repo: "a", glob: "/*" } };
const b = { pfs: { repo: "b", glob: "/*" } };
const c = { pfs: { repo: "c", glob: "/*" } };

function categorize(oldInputs: ValueMap, inputs: ValueMap): CategorizedChange {
  const before = refOf(oldInputs, "default");
  const changes = diffInputs(oldInputs, inputs, { before, after: refOf(inputs, "default") });
  return categorizeChange(changes, oldInputs, inputs, OPTIONS);
}

function ofSpec(old: ValueMap, next: ValueMap): CategorizedChange {
  return categorize({ spec: { ...SPEC, ...old } }, { spec: { ...SPEC, ...next } });
}

const ofInput = (old: ValueMap, next: ValueMap) => ofSpec({ input: old }, { input: next }).category;
const ofPfs = (old: ValueMap, next: ValueMap) =>
  ofInput(
    { pfs: { repo: "in", glob: "/*", ...old } },
    { pfs: { repo: "in", glob: "/*", ...next } },
  );

describe("The category of a pipeline's change", () => {
  it("the highest of several counts, and the fields say which made it so", () => {
    const change = ofSpec({}, { description: "d", input: { pfs: { repo: "in", glob: "/" } } });
    const found = Object.fromEntries(change.fields.map(({ path, category }) => [path, category]));
    assert.deepEqual(found, { "spec.input.pfs.glob": "rekeyed", "spec.description": "restart" });
    assert.equal(change.category, "rekeyed");
    assert.equal(highest([]), "none");
    assert.equal(highest([...CHANGE_CATEGORIES]), "refused");
    assert.equal(lower("restart", "difference"), "restart");
  });

  it("every field of the spec and of its inputs has one", () => {
    const accepted = (message: MessageName) =>
      Object.entries(MESSAGES[message].fields)
        .filter(([, field]) => field.type.kind !== "refused")
        .map(([name]) => name);
    assert.deepEqual(Object.keys(SPEC_FIELDS).sort(), specFieldNames().sort());
    assert.deepEqual(Object.keys(PFS_FIELDS).sort(), accepted("PfsInput").sort());
    assert.deepEqual(Object.keys(CRON_FIELDS).sort(), accepted("CronInput").sort());
  });

  it("spelling, order of keys and defaults are none", () => {
    const spelled = {
      input: { pfs: { glob: "*", project: "default", repo: "in", branch: "master" } },
    };
    assert.deepEqual(ofSpec({}, spelled), { category: "none", fields: [] });
    const snake = { input: { pfs: { repo: "in", glob: "/*", join_on: "" } } };
    assert.equal(ofSpec({}, snake).category, "none");
  });

  it("the order within a union is none, within a cross re-keyed", () => {
    assert.equal(ofInput({ union: [a, b] }, { union: [b, a] }), "none");
    assert.equal(ofInput({ cross: [a, b] }, { cross: [b, a] }), "rekeyed");
  });

  it("what Pachyderm never sees is a setting", () => {
    const change = categorize(
      { spec: SPEC },
      { spec: SPEC, awaitReady: false, keepRepoOnDelete: true },
    );
    assert.equal(change.category, "settings");
    assert.deepEqual(change.fields.map(({ path }) => path).sort(), [
      "awaitReady",
      "keepRepoOnDelete",
    ]);
    assert.equal(
      categorize({ spec: SPEC }, { spec: SPEC, forceDelete: true }).category,
      "settings",
    );
  });

  it("a restart is any other field outside of the input, the triggers included", () => {
    assert.equal(ofSpec({}, { description: "d" }).category, "restart");
    assert.equal(ofSpec({}, { parallelismSpec: { constant: 2 } }).category, "restart");
    assert.equal(ofSpec({}, { transform: { image: "a:2" } }).category, "restart");
    const triggers = (key: string) => ({ spec: SPEC, restartTriggers: { key } });
    assert.equal(categorize(triggers("1"), triggers("2")).category, "restart");
  });

  it("how files are read is a restart", () => {
    assert.equal(ofPfs({}, { lazy: true }), "restart");
    assert.equal(ofPfs({}, { emptyFiles: true }), "restart");
    assert.equal(ofPfs({}, { propagationSpec: { never: true } }), "restart");
  });

  it("what counts into a datum's id re-keys", () => {
    assert.equal(ofPfs({}, { name: "x" }), "rekeyed");
    assert.equal(ofPfs({}, { repo: "x", name: "in" }), "rekeyed");
    assert.equal(ofPfs({}, { branch: "dev" }), "rekeyed");
    assert.equal(ofPfs({}, { glob: "/" }), "rekeyed");
    assert.equal(ofPfs({ glob: "/" }, {}), "rekeyed");
    assert.equal(
      ofInput({ cron: { name: "t", spec: "@daily" } }, { cron: { name: "u", spec: "@daily" } }),
      "rekeyed",
    );
  });

  it("another glob, or the same repo of another project, is a difference", () => {
    assert.equal(ofPfs({}, { glob: "/[ab]" }), "difference");
    assert.equal(ofPfs({ glob: "/[ab]" }, {}), "difference");
    assert.equal(ofPfs({}, { project: "other" }), "difference");
  });

  it("a cross that comes, goes or grows re-keys, also beside a union", () => {
    assert.equal(ofInput(a, { cross: [a, b] }), "rekeyed");
    assert.equal(ofInput({ cross: [a, b] }, a), "rekeyed");
    assert.equal(ofInput({ cross: [a, b] }, { cross: [a, b, c] }), "rekeyed");
    assert.equal(ofInput({ cross: [a, b] }, { union: [a, b] }), "rekeyed");
    assert.equal(ofInput(a, { join: [a, b] }), "rekeyed");
  });

  it("a cross or union of one input has that input's datums", () => {
    assert.equal(ofInput(a, { cross: [a] }), "restart");
    assert.equal(ofInput({ union: [a] }, a), "restart");
    assert.equal(ofInput({ cross: [{ cross: [a, b] }, c] }, { cross: [a, b, c] }), "restart");
  });

  it("a union that gets or loses a member is a difference, unless no member stays", () => {
    assert.equal(ofInput(a, { union: [a, b] }), "difference");
    assert.equal(ofInput({ union: [a, b] }, b), "difference");
    assert.equal(ofInput({ union: [a, b] }, c), "rekeyed");
    assert.equal(ofInput({ union: [a, b] }, { union: [b, c] }), "difference");
  });

  it("an outer join or a group may keep the datums of single files", () => {
    const left = { pfs: { repo: "a", glob: "/(*)", joinOn: "$1", outerJoin: true } };
    const right = { pfs: { repo: "b", glob: "/(*)", joinOn: "$1", outerJoin: true } };
    assert.equal(ofInput({ union: [a, b] }, { join: [left, right] }), "difference");
    assert.equal(
      ofInput(a, { group: [{ pfs: { repo: "a", glob: "/(*)", groupBy: "$1" } }] }),
      "difference",
    );
  });

  it("an input of very many unions in a cross is not taken for re-keyed", () => {
    const wide = {
      union: Array.from({ length: 12 }, (_, i) => ({ pfs: { repo: `r${i}`, glob: "/*" } })),
    };
    assert.equal(ofInput({ cross: [wide, wide, wide] }, { cross: [wide, wide, a] }), "difference");
  });

  it("a trigger that changes is a restart, one whose made branch comes or goes re-keys", () => {
    const trigger = { branch: "master", commits: 2 };
    assert.equal(ofPfs({ trigger }, { trigger: { ...trigger, commits: 3 } }), "restart");
    assert.equal(ofPfs({}, { trigger }), "rekeyed");
    assert.equal(ofPfs({ branch: "t" }, { branch: "t", trigger }), "restart");
  });

  it("reprocessSpec and s3Out re-key when they come on, and then with every change", () => {
    assert.equal(ofSpec({}, { reprocessSpec: "every_job" }).category, "rekeyed");
    assert.equal(ofSpec({ reprocessSpec: "every_job" }, {}).category, "restart");
    assert.equal(ofSpec({}, { s3Out: true }).category, "rekeyed");
    assert.equal(ofSpec({ s3Out: true }, {}).category, "restart");
    const on = ofSpec({ s3Out: true }, { s3Out: true, description: "d" });
    assert.equal(on.category, "rekeyed");
    assert.match(on.reason ?? "", /s3Out: every job/);
    assert.equal(ofSpec({ s3Out: true }, { s3Out: true }).category, "none");
  });

  it("the reprocess argument, another name or project, and another output branch", () => {
    const asked = (reprocess: string) => ({ spec: SPEC, reprocess });
    assert.equal(categorize(asked("1"), asked("2")).category, "reprocess");
    assert.equal(ofSpec({}, { pipeline: { name: "q" } }).category, "replaced");
    assert.equal(
      ofSpec({}, { pipeline: { name: "p", project: { name: "x" } } }).category,
      "replaced",
    );
    assert.equal(ofSpec({}, { outputBranch: "dev" }).category, "refused");
    assert.equal(ofSpec({}, { outputBranch: "master" }).category, "restart");
    const moved = { pipeline: { name: "q" }, outputBranch: "dev" };
    assert.equal(ofSpec({}, moved).category, "replaced");
  });

  it("a value that is known only after the update is taken at its worst, with the reason", () => {
    const change = ofSpec({}, { input: { pfs: { repo: UNKNOWN, name: "in", glob: "/*" } } });
    assert.equal(change.category, "rekeyed");
    assert.match(change.reason ?? "", /only after the update/);
  });

  it("a change is none exactly where the diff of a preview shows none", () => {
    const pair = fc
      .tuple(arbitrarySpec, arbitrarySpec, fc.nat(), fc.boolean())
      .map(([spec, other, number, isNear]): [ValueMap, ValueMap] => {
        const edits = possibleEdits(spec);
        const edit = edits[number % Math.max(1, edits.length)];
        const near = isNear && edit !== undefined ? edited(spec, edit.path, edit.value) : other;
        return [spec, isMap(near) ? near : other];
      });
    fc.assert(
      fc.property(pair, ([old, next]) => {
        const isNone = categorize({ spec: old }, { spec: next }).category === "none";
        assert.equal(isNone, specsEqual(old, next, OPTIONS));
        assert.equal(categorize({ spec: old }, { spec: old }).category, "none");
      }),
    );
  });
});
