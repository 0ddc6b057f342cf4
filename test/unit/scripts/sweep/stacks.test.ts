import assert from "node:assert/strict";
import { type ExpiryOptions, expiredStacks } from "../../../../scripts/sweep/expired";
import { Pulumi } from "../../../../scripts/sweep/pulumi";
import { findStack, type LiveStack, readStackList } from "../../../../scripts/sweep/stacks";

const name = (stack: string, project = "pachyderm-seldon", organization = "organization") => ({
  organization,
  project,
  stack,
});

describe("the backend's stacks", () => {
  it("are read with their full names", () => {
    const json = JSON.stringify([
      { name: "organization/pachyderm-seldon/dev", current: false },
      { name: "acme/other/Weird.Name_1", updateInProgress: true },
    ]);
    assert.deepEqual(readStackList(json), [
      { ...name("dev"), updateInProgress: false },
      { ...name("Weird.Name_1", "other", "acme"), updateInProgress: true },
    ]);
  });

  it("must have projects in their names, as an old backend's have not", () => {
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
    assert.throws(() => find("prod"), /has no stack prod of project pachyderm-seldon; it has/);
    assert.throws(
      () => find("dev", [...stacks, name("dev", "pachyderm-seldon", "acme")]),
      /ambiguous: expected one of organization\/pachyderm-seldon\/dev, acme/,
    );
  });

  it("end the sweep while one of them is being updated", async () => {
    await assert.rejects(
      new Pulumi("file:///nowhere", {}).readStacks([{ ...name("pr-1"), updateInProgress: true }]),
      /an update is in progress of organization\/pachyderm-seldon\/pr-1: try again later/,
    );
  });
});

describe("stacks past their expiry", () => {
  const stack = (stackName: string, more: Partial<LiveStack> = {}): LiveStack => ({
    ...name(stackName),
    owned: new Set(),
    expires: "2026-11-01",
    isProtected: false,
    resources: 3,
    kubernetes: [],
    pachyderm: [],
    ...more,
  });
  const expired = (stacks: LiveStack[], more: Partial<ExpiryOptions> = {}) =>
    expiredStacks(stacks, {
      project: "pachyderm-seldon",
      own: name("dev"),
      today: "2026-11-02",
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

  it("are not those whose file has a later day, which is not deployed yet", () => {
    assert.deepEqual(expired([stack("pr-1")], { expiryInFile: () => "2026-12-01" }), []);
    assert.equal(expired([stack("pr-1")], { expiryInFile: () => "2026-10-01" }).length, 1);
  });

  it("are listed but kept if they are protected, or the sweep goes through them", () => {
    const kept = expired([stack("pr-1", { isProtected: true }), stack("dev")]);
    assert.deepEqual(
      kept.map(({ kept: reason }) => reason),
      ["its resources are protected", "its configuration leads to the systems of this sweep"],
    );
  });
});
