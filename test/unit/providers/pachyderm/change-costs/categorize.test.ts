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
  it("is the highest of several, and the fields show where it comes from", () => {
    const change = ofSpec({}, { description: "d", input: { pfs: { repo: "in", glob: "/" } } });
    const found = Object.fromEntries(change.fields.map(({ path, category }) => [path, category]));
    assert.deepEqual(found, { "spec.input.pfs.glob": "rekeyed", "spec.description": "restart" });
    assert.equal(change.category, "rekeyed");
    assert.equal(highest([]), "none");
    assert.equal(highest([...CHANGE_CATEGORIES]), "refused");
    assert.equal(lower("restart", "difference"), "restart");
  });

  it("exists for every field of the spec and of its inputs", () => {
    const accepted = (message: MessageName) =>
      Object.entries(MESSAGES[message].fields)
        .filter(([, field]) => field.type.kind !== "refused")
        .map(([name]) => name);
    assert.deepEqual(Object.keys(SPEC_FIELDS).sort(), specFieldNames().sort());
    assert.deepEqual(Object.keys(PFS_FIELDS).sort(), accepted("PfsInput").sort());
    assert.deepEqual(Object.keys(CRON_FIELDS).sort(), accepted("CronInput").sort());
  });

  it("is none for spelling, key order and defaults", () => {
    const spelled = {
      input: { pfs: { glob: "*", project: "default", repo: "in", branch: "master" } },
    };
    assert.deepEqual(ofSpec({}, spelled), { category: "none", fields: [] });
    const snake = { input: { pfs: { repo: "in", glob: "/*", join_on: "" } } };
    assert.equal(ofSpec({}, snake).category, "none");
  });

  it("is none for the order within a union, and re-keyed for the order within a cross", () => {
    assert.equal(ofInput({ union: [a, b] }, { union: [b, a] }), "none");
    assert.equal(ofInput({ cross: [a, b] }, { cross: [b, a] }), "rekeyed");
  });

  it("is settings for arguments that Pachyderm never receives", () => {
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

  it("is restart for every other field outside the input, including restart triggers", () => {
    assert.equal(ofSpec({}, { description: "d" }).category, "restart");
    assert.equal(ofSpec({}, { parallelismSpec: { constant: 2 } }).category, "restart");
    assert.equal(ofSpec({}, { transform: { image: "a:2" } }).category, "restart");
    const triggers = (key: string) => ({ spec: SPEC, restartTriggers: { key } });
    assert.equal(categorize(triggers("1"), triggers("2")).category, "restart");
  });

  it("is a stop or a start by `stopped`, and the highest together with a changed spec", () => {
    const next = (stopped: boolean | undefined, more: ValueMap = {}) => ({
      spec: { ...SPEC, ...more },
      ...(stopped !== undefined && { stopped }),
    });
    assert.equal(categorize(next(undefined), next(true)).category, "stop");
    assert.equal(categorize(next(false), next(true)).category, "stop");
    assert.equal(categorize(next(true), next(false)).category, "start");
    assert.equal(categorize(next(true), next(undefined)).category, "start");
    const image = { transform: { image: "a:2" } };
    assert.equal(categorize(next(false), next(true, image)).category, "restart");
    assert.equal(categorize(next(true), next(false, image)).category, "start");
    const everyJob = { reprocessSpec: "every_job" };
    assert.equal(categorize(next(false, everyJob), next(true, everyJob)).category, "stop");
    assert.equal(categorize(next(true, everyJob), next(false, everyJob)).category, "rekeyed");
  });

  it("is restart for how files are read", () => {
    assert.equal(ofPfs({}, { lazy: true }), "restart");
    assert.equal(ofPfs({}, { emptyFiles: true }), "restart");
    assert.equal(ofPfs({}, { propagationSpec: { never: true } }), "restart");
  });

  it("is re-keyed for the parts of a datum's id", () => {
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

  it("is difference for another glob, or the same repo in another project", () => {
    assert.equal(ofPfs({}, { glob: "/[ab]" }), "difference");
    assert.equal(ofPfs({ glob: "/[ab]" }, {}), "difference");
    assert.equal(ofPfs({}, { project: "other" }), "difference");
  });

  it("is re-keyed for a cross that is added, removed or extended, even next to a union", () => {
    assert.equal(ofInput(a, { cross: [a, b] }), "rekeyed");
    assert.equal(ofInput({ cross: [a, b] }, a), "rekeyed");
    assert.equal(ofInput({ cross: [a, b] }, { cross: [a, b, c] }), "rekeyed");
    assert.equal(ofInput({ cross: [a, b] }, { union: [a, b] }), "rekeyed");
    assert.equal(ofInput(a, { join: [a, b] }), "rekeyed");
  });

  it("treats a cross or union of one input like that input", () => {
    assert.equal(ofInput(a, { cross: [a] }), "restart");
    assert.equal(ofInput({ union: [a] }, a), "restart");
    assert.equal(ofInput({ cross: [{ cross: [a, b] }, c] }, { cross: [a, b, c] }), "restart");
  });

  it("is difference for a union that gains or loses a member, unless no member remains", () => {
    assert.equal(ofInput(a, { union: [a, b] }), "difference");
    assert.equal(ofInput({ union: [a, b] }, b), "difference");
    assert.equal(ofInput({ union: [a, b] }, c), "rekeyed");
    assert.equal(ofInput({ union: [a, b] }, { union: [b, c] }), "difference");
  });

  it("is difference for an outer join or a group, which may keep the datums of single files", () => {
    const left = { pfs: { repo: "a", glob: "/(*)", joinOn: "$1", outerJoin: true } };
    const right = { pfs: { repo: "b", glob: "/(*)", joinOn: "$1", outerJoin: true } };
    assert.equal(ofInput({ union: [a, b] }, { join: [left, right] }), "difference");
    assert.equal(
      ofInput(a, { group: [{ pfs: { repo: "a", glob: "/(*)", groupBy: "$1" } }] }),
      "difference",
    );
  });

  it("is not re-keyed for a cross of very many unions", () => {
    const wide = {
      union: Array.from({ length: 12 }, (_, i) => ({ pfs: { repo: `r${i}`, glob: "/*" } })),
    };
    assert.equal(ofInput({ cross: [wide, wide, wide] }, { cross: [wide, wide, a] }), "difference");
  });

  it("is restart for a changed trigger, and re-keyed if its generated branch is added or removed", () => {
    const trigger = { branch: "master", commits: 2 };
    assert.equal(ofPfs({ trigger }, { trigger: { ...trigger, commits: 3 } }), "restart");
    assert.equal(ofPfs({}, { trigger }), "rekeyed");
    assert.equal(ofPfs({ branch: "t" }, { branch: "t", trigger }), "restart");
  });

  it("is re-keyed when reprocessSpec or s3Out is turned on, and for every change while it is on", () => {
    assert.equal(ofSpec({}, { reprocessSpec: "every_job" }).category, "rekeyed");
    assert.equal(ofSpec({ reprocessSpec: "every_job" }, {}).category, "restart");
    assert.equal(ofSpec({}, { s3Out: true }).category, "rekeyed");
    assert.equal(ofSpec({ s3Out: true }, {}).category, "restart");
    const on = ofSpec({ s3Out: true }, { s3Out: true, description: "d" });
    assert.equal(on.category, "rekeyed");
    assert.match(on.reason ?? "", /s3Out: every job/);
    assert.equal(ofSpec({ s3Out: true }, { s3Out: true }).category, "none");
  });

  it("is reprocess, replaced or refused for the reprocess argument, another name or project, or another output branch", () => {
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

  it("is the worst case for a value that is known only after the update, with the reason", () => {
    const change = ofSpec({}, { input: { pfs: { repo: UNKNOWN, name: "in", glob: "/*" } } });
    assert.equal(change.category, "rekeyed");
    assert.match(change.reason ?? "", /only after the update/);
  });

  it("is none exactly if the diff of a preview is empty", () => {
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
