import assert from "node:assert/strict";
import { type ExpiryOptions, expiredStacks } from "../../../../scripts/sweep/expired";
import { findStack, type LiveStack, readStackList } from "../../../../scripts/sweep/stacks";
import { StackStates } from "../../../../scripts/sweep/states";

const name = (stack: string, project = "pachyderm-seldon", organization = "organization") => ({
  organization,
  project,
  stack,
});

describe("the backend's stacks", () => {
  it("are read with their full names", () => {
    const json = JSON.stringify([
      {
        name: "organization/pachyderm-seldon/dev",
        current: false,
        lastUpdate: "2026-11-26T10:33:25.014Z",
        resourceCount: 3,
      },
      { name: "acme/other/Weird.Name_1", updateInProgress: true },
    ]);
    assert.deepEqual(readStackList(json), [
      {
        ...name("dev"),
        updateInProgress: false,
        lastUpdate: "2026-11-26T10:33:25.014Z",
        resourceCount: 3,
      },
      {
        ...name("Weird.Name_1", "other", "acme"),
        updateInProgress: true,
        lastUpdate: undefined,
        resourceCount: undefined,
      },
    ]);
  });

  it("must have projects in their names, which those of an old backend lack", () => {
    assert.throws(
      () => readStackList('[{"name": "dev"}]'),
      /stack dev has no project in its name: upgrade the backend with `pulumi state upgrade`/,
    );
  });

  it("are found by a short or full name in the project", () => {
    const stacks = [name("dev"), name("dev", "other"), name("pr", "pachyderm-seldon", "acme")];
    const find = (wanted: string, all = stacks) => findStack(wanted, all, "pachyderm-seldon");
    assert.deepEqual(find("dev"), name("dev"));
    assert.deepEqual(find("acme/pachyderm-seldon/pr"), stacks[2]);
    assert.throws(
      () => find("prod"),
      /^Error: stack prod of project pachyderm-seldon does not exist in the backend; existing stacks: /,
    );
    assert.throws(
      () => find("dev", [...stacks, name("dev", "pachyderm-seldon", "acme")]),
      /ambiguous; expected one of organization\/pachyderm-seldon\/dev, acme/,
    );
  });
});

const record = { owned: new Set<string>(), isProtected: false, resources: 3 };
const clusters = { kubernetes: "k1", pachyderm: "p1" };
const onClusters = { kubernetes: ["k1"], pachyderm: ["p1"] };

describe("the states of the backend's stacks", () => {
  it("are read again if they changed, or the backend does not report changes", async () => {
    const listed = [
      { ...name("same"), updateInProgress: false, lastUpdate: "1", resourceCount: 1 },
      { ...name("updated"), updateInProgress: false, lastUpdate: "1" },
      { ...name("unknown"), updateInProgress: false },
    ];
    const reads: string[] = [];
    const states = new StackStates({
      listStacks: async () => listed.map((one) => ({ ...one })),
      readStack: async ({ stack }) => {
        reads.push(stack);
        return { ...name(stack), ...record, ...onClusters };
      },
    });
    assert.equal((await states.read()).length, 3);
    Object.assign(listed[1] ?? {}, { lastUpdate: "2" });
    listed.push({ ...name("new"), updateInProgress: false, lastUpdate: "1" });
    assert.equal((await states.read()).length, 4);
    assert.deepEqual(reads, ["same", "updated", "unknown", "updated", "unknown", "new"]);
  });

  it("end the sweep while one of them is being updated", async () => {
    const states = new StackStates({
      listStacks: async () => [{ ...name("pr-1"), updateInProgress: true }],
      readStack: () => assert.fail(),
    });
    await assert.rejects(
      states.read(),
      /^Error: an update of organization\/pachyderm-seldon\/pr-1 is in progress: try again when it has ended; if it was killed, run pulumi cancel --yes --stack organization\/pachyderm-seldon\/pr-1$/,
    );
  });
});

describe("stacks past their expiry", () => {
  const stack = (stackName: string, more: Partial<LiveStack> = {}): LiveStack => ({
    ...name(stackName),
    ...record,
    ...onClusters,
    expires: "2026-11-01",
    ...more,
  });
  const expired = (stacks: LiveStack[], more: Partial<ExpiryOptions> = {}) =>
    expiredStacks(stacks, {
      project: "pachyderm-seldon",
      own: name("dev"),
      today: "2026-11-02",
      clusters,
      expiryInFile: () => undefined,
      ...more,
    });

  it("are those of the project whose last day has passed", () => {
    const found = expired([
      stack("pr-1"),
      stack("pr-2", { expires: "2026-11-02" }),
      stack("prod", { expires: undefined }),
      stack("pr-3", { project: "other" }),
    ]);
    assert.deepEqual(found, [{ ...name("pr-1"), expired: "2026-11-01", resources: 3 }]);
  });

  it("exclude those whose file has a later date that is not deployed yet", () => {
    assert.deepEqual(expired([stack("pr-1")], { expiryInFile: () => "2026-12-01" }), []);
    assert.equal(expired([stack("pr-1")], { expiryInFile: () => "2026-10-01" }).length, 1);
  });

  it("are listed but kept if they are protected, or the sweep uses their connection settings", () => {
    const kept = expired([stack("pr-1", { isProtected: true }), stack("dev")]);
    assert.deepEqual(
      kept.map(({ kept: reason }) => reason),
      ["its resources are protected", "this sweep uses its connection settings"],
    );
  });

  it("are kept unless they are on exactly the clusters of the sweep", () => {
    const reason = (more: Partial<LiveStack>, found: ExpiryOptions["clusters"] = clusters) =>
      expired([stack("pr-1", more)], { clusters: found })[0]?.kept;
    assert.equal(reason({}), undefined);
    assert.equal(
      reason({ kubernetes: ["k2"] }),
      "it is on a different cluster: Kubernetes k2, and this sweep is on k1",
    );
    assert.equal(
      reason({ pachyderm: ["p1", "p2"] }),
      "it is on a different cluster: Pachyderm p2, and this sweep is on p1",
    );
    assert.equal(
      reason({ pachyderm: [] }),
      "it may be on a different cluster: its state does not identify its Pachyderm cluster",
    );
    assert.equal(
      reason({}, { pachyderm: "p1" }),
      "it may be on a different cluster: the id of the Kubernetes cluster of this sweep cannot be read",
    );
  });
});
