import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Backend, decide } from "../../../../scripts/sweep/decide";
import { KINDS, type Kind, keyOf, type Thing } from "../../../../scripts/sweep/things";

const HOME = "0123456789";
const GONE = { stack: `pr-12-${HOME}`, prefix: "pr-12-" };
const backend = (stacks: string[] = [], owned: Record<string, string> = {}): Backend => ({
  home: HOME,
  stacks,
  owners: new Map(Object.entries(owned)),
});

const secret: Thing = { kind: "secret", id: "default/pr-12-pipeline-secret", marks: GONE };
const repo: Thing = { kind: "repo", id: "default/pr-12-pets", marks: GONE };
const namespace: Thing = { kind: "namespace", id: "pr-12-seldon", marks: GONE };
const bucket: Thing = { kind: "bucket", id: "pr-12-detectors", marks: { stack: GONE.stack } };
const training: Thing = {
  kind: "pipeline",
  id: "default/pr-12-model",
  reads: ["default/pr-12-pets@master"],
  secrets: [secret.id],
};
const deployment: Thing = {
  kind: "pipeline",
  id: "default/pr-12-deploy",
  reads: ["default/pr-12-model@master"],
};
const branch: Thing = { kind: "branch", id: "default/pets@pr-12-image" };
const onBranch: Thing = { ...training, reads: [branch.id] };
const seldon: Thing = { kind: "deployment", id: "pr-12-seldon/pets", detectors: 2 };
const everything = [secret, repo, namespace, bucket, training, deployment, seldon];

const leftBehind = (things: readonly Thing[], known: Backend) =>
  decide(things, known).leftBehind.map(keyOf).sort();
const leftAlone = (things: readonly Thing[], known: Backend) =>
  decide(things, known).leftAlone.map((thing) => `${keyOf(thing)}: ${thing.reason}`);

describe("what is left behind", () => {
  it("is everything with the mark of a deleted stack, and the related pipelines and deployments", () => {
    const { leftBehind: found } = decide(everything, backend(["dev"]));
    assert.deepEqual(found.map(keyOf).sort(), everything.map(keyOf).sort());
    assert.ok(found.every(({ stack }) => stack === "pr-12"));
  });

  it("excludes everything while the stack exists, whatever its state contains", () => {
    assert.deepEqual(decide(everything, backend(["pr-12"])), { leftBehind: [], leftAlone: [] });
    // marks do not distinguish case and dots, so either stack counts
    assert.deepEqual(leftBehind(everything, backend(["PR.12"])), []);
  });

  it("excludes what another backend, organization or project marked", () => {
    assert.deepEqual(leftBehind(everything, { ...backend(), home: "9876543210" }), []);
  });

  it("excludes objects without a mark; those with the prefix are listed as kept", () => {
    const foreign: Thing[] = [
      { kind: "pipeline", id: "default/pr-12-by-hand", reads: ["default/pets@master"] },
      { kind: "repo", id: "default/pr-12-notes", marks: {} },
      { kind: "branch", id: "default/pets@pr-12-try" },
      { kind: "secret", id: "default/pr-12-password", marks: {} },
      { kind: "secret", id: "default/other", marks: { owner: "alice" } },
    ];
    const found = decide([...everything, ...foreign], backend());
    assert.deepEqual(found.leftBehind.map(keyOf).sort(), everything.map(keyOf).sort());
    assert.deepEqual(
      found.leftAlone.map((thing) => `${keyOf(thing)}: ${thing.reason}`),
      foreign
        .slice(0, 4)
        .map((thing) => `${keyOf(thing)}: has no mark, and may belong to someone else`),
    );
  });

  it("includes what has a pull request's prefix, unless a live stack has the same", () => {
    const things: Thing[] = [{ kind: "pipeline", id: "default/pr-7-x" }];
    assert.equal(leftAlone(things, backend()).length, 1);
    assert.deepEqual(
      leftAlone(things, backend(["pr-7"], { "repo default/pr-7-pets": "o/p/pr-7" })),
      [],
    );
  });

  it("excludes a pipeline without the prefix, even if it uses the stack's Secret, which then stays", () => {
    const mine: Thing = { kind: "pipeline", id: "default/mine", secrets: [secret.id] };
    assert.deepEqual(leftBehind([secret, mine], backend()), []);
    assert.deepEqual(leftAlone([secret, mine], backend()), [
      "secret default/pr-12-pipeline-secret: used by pipeline default/mine, which is kept",
    ]);
  });

  it("excludes a pipeline of a stack without a prefix, because it cannot be identified as the stack's", () => {
    const marks = { stack: `sandbox-${HOME}` };
    const things = [{ ...secret, marks }, { ...repo, marks }, training];
    assert.deepEqual(leftBehind(things, backend()), []);
    assert.equal(
      leftAlone(things, backend()).filter((line) => line.endsWith(", which is kept")).length,
      2,
    );
  });

  it("excludes an object that a kept pipeline reads, and what that object depends on", () => {
    const reader: Thing = {
      kind: "pipeline",
      id: "default/mine",
      reads: [`${training.id}@master`],
    };
    const found = decide([secret, repo, training, reader], backend());
    assert.deepEqual(found.leftBehind, []);
    assert.deepEqual(found.leftAlone.map(keyOf).sort(), [secret, repo, training].map(keyOf).sort());
  });

  it("includes a branch of a foreign repo that only its pipelines read", () => {
    const production: Thing = { kind: "repo", id: "default/pets", marks: {} };
    const things = [secret, production, branch, onBranch];
    assert.deepEqual(leftBehind(things, backend()), [branch, onBranch, secret].map(keyOf).sort());
    const other: Thing = { kind: "pipeline", id: "default/other", reads: [branch.id] };
    assert.deepEqual(
      leftBehind([...things, other], backend()),
      [onBranch, secret].map(keyOf).sort(),
    );
  });

  it("excludes a namespace with a deployment that a live stack owns, or with its Secret", () => {
    const owned = {
      "deployment pr-12-seldon/pets": "o/p/dev",
      "namespace pr-12-seldon": "o/p/dev",
    };
    assert.deepEqual(leftBehind([namespace, seldon], backend(["dev"], owned)), []);
    const live: Thing = { kind: "secret", id: "pr-12-seldon/x", marks: { stack: `dev-${HOME}` } };
    assert.deepEqual(leftBehind([namespace, live], backend(["dev"])), []);
  });

  it("is determined correctly with unusual names", () => {
    const things: Thing[] = [
      { kind: "repo", id: "default/__proto__", marks: GONE },
      { kind: "branch", id: "default/__proto__@constructor" },
      { kind: "pipeline", id: "my.project/pr-12-a@b", reads: ["default/__proto__@constructor"] },
    ];
    assert.deepEqual(leftBehind(things, backend()), [
      "pipeline my.project/pr-12-a@b",
      "repo default/__proto__",
    ]);
  });
});

describe("any systems and stacks", () => {
  const name = fc.constantFrom("pr-1-a", "pr-1-b", "pr-2-a", "a", "b");
  const id = (kind: Kind) => {
    if (kind === "namespace" || kind === "bucket") return name;
    if (kind === "branch") return fc.tuple(name, name).map(([r, b]) => `default/${r}@${b}`);
    return fc.tuple(fc.constantFrom("default", "pr-1-a"), name).map((parts) => parts.join("/"));
  };
  const mark = fc.constantFrom(
    undefined,
    { stack: `pr-1-${HOME}`, prefix: "pr-1-" },
    { stack: `pr-2-${HOME}`, prefix: "pr-2-" },
    { stack: `pr-1-9999999999`, prefix: "pr-1-" },
    { owner: "alice" },
  );
  const thing = fc.constantFrom(...KINDS).chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      id: id(kind),
      marks: ["pipeline", "branch", "deployment"].includes(kind) ? fc.constant(undefined) : mark,
      reads: kind === "pipeline" ? fc.array(id("branch"), { maxLength: 2 }) : fc.constant([]),
      secrets: kind === "pipeline" ? fc.array(id("secret"), { maxLength: 2 }) : fc.constant([]),
    }),
  );
  const things = fc
    .uniqueArray(thing, { selector: keyOf, maxLength: 25 })
    .map((all) => all as unknown as Thing[]);

  it("nothing is deleted that a live stack owns, that others have marked, or that is in use", () => {
    let deleted = 0;
    fc.assert(
      fc.property(
        things,
        fc.subarray(["pr-1", "pr-2", "dev"]),
        fc.array(fc.nat(24), { maxLength: 6 }),
        (all, stacks, picks) => {
          const keys = picks.flatMap((index) => (all[index] ? [keyOf(all[index])] : []));
          const owners = new Map(keys.map((key) => [key, "o/p/dev"]));
          const { leftBehind: found } = decide(all, { home: HOME, stacks, owners });
          const gone = new Set(found.map(keyOf));
          deleted += gone.size;
          for (const thing of found) {
            assert.ok(!owners.has(keyOf(thing)), `${keyOf(thing)} is owned`);
            assert.ok(!stacks.includes(thing.stack));
            const stack = thing.marks?.stack;
            if (stack !== undefined) assert.ok(stack.endsWith(HOME), keyOf(thing));
            else assert.ok(["pipeline", "branch", "deployment"].includes(thing.kind));
          }
          for (const stays of all.filter((each) => !gone.has(keyOf(each)))) {
            for (const used of stays.secrets ?? [])
              assert.ok(!gone.has(`secret ${used}`), `${keyOf(stays)} loses its Secret`);
            for (const read of stays.reads ?? []) {
              const [upstream] = read.split("@");
              for (const key of [`branch ${read}`, `repo ${upstream}`, `pipeline ${upstream}`])
                assert.ok(!gone.has(key), `${keyOf(stays)} loses its input`);
            }
          }
        },
      ),
      { numRuns: 2_000 },
    );
    assert.ok(deleted > 500, `only ${deleted} deletions were tried`);
  });
});
