import assert from "node:assert/strict";
import type { KnownResource } from "../../../../components/common/stack-state";
import { kept, leaving } from "../../../../program/change-costs/leaving";

const PREFIX = "urn:pulumi:dev::pachyderm-seldon::pachyderm-seldon:index:UseCase";
const urns = {
  useCase: `${PREFIX}::a`,
  repo: `${PREFIX}$pachyderm:index:Repo::a-data`,
  pipeline: `${PREFIX}$pachyderm-seldon:index:TrainingPipeline$pachyderm:index:Pipeline::a-training-pipeline`,
};

const state = (resources: Readonly<Record<string, KnownResource>>) =>
  new Map(Object.entries(resources));
const repo = { project: "default", name: "data" };
const pipeline = { project: "default", name: "train" };
const disposable = { disposable: true };

describe("what leaves a stack", () => {
  it("is everything in the state that the program no longer creates", () => {
    const known = state({
      [urns.useCase]: { dataStays: false },
      [urns.repo]: repo,
      [urns.pipeline]: { ...pipeline, keepRepoOnDelete: true },
      "urn:pulumi:dev::pachyderm-seldon::pachyderm:index:RoleBinding::a-data-reader": {},
    });
    assert.deepEqual(leaving(known, [], disposable), [
      { urn: urns.repo, kind: "repo", ...repo },
      { urn: urns.pipeline, kind: "pipeline", ...pipeline, keepRepo: true },
    ]);
    const made = [
      { type: "pachyderm:index:Repo", name: "a-data" },
      { type: "pachyderm:index:Pipeline", name: "a-training-pipeline" },
    ];
    assert.deepEqual(leaving(known, made, disposable), []);
  });

  it("does not include a renamed pipeline, whose replacement shows that itself", () => {
    const known = state({ [urns.pipeline]: { ...pipeline, name: "before" } });
    const made = [{ type: "pachyderm:index:Pipeline", name: "a-training-pipeline" }];
    assert.deepEqual(leaving(known, made, disposable), []);
  });

  it("excludes a repo that is kept, according to the state or else the stack", () => {
    const of = (useCase: KnownResource, more: { readonly disposable: boolean }) =>
      leaving(state({ [urns.useCase]: useCase, [urns.repo]: repo }), [], more).length;
    assert.equal(of({ dataStays: true }, { disposable: true }), 0);
    assert.equal(of({ dataStays: false }, { disposable: false }), 1);
    assert.equal(of({}, { disposable: false }), 0);
    assert.equal(of({}, { disposable: true }), 1);
  });

  it("excludes a further repo that is kept or existing, as its use case records it", () => {
    const urn = `${PREFIX}$pachyderm:index:Repo::a-raw-data-repo`;
    const of = (stays: boolean) => {
      const useCase = { dataStays: !stays, repoStays: { "a-raw-data-repo": stays } };
      const known = state({ [urns.useCase]: useCase, [urn]: repo });
      return [leaving(known, [], disposable).length, kept(known, disposable).length];
    };
    assert.deepEqual(of(true), [0, 1]);
    assert.deepEqual(of(false), [1, 0]);
  });

  it("omits resources without a name in the state", () => {
    assert.deepEqual(
      leaving(state({ [urns.pipeline]: { project: "default" } }), [], disposable),
      [],
    );
  });
});
