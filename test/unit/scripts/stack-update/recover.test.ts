import assert from "node:assert/strict";
import type { StateResource } from "../../../../scripts/exported-state";
import { recover } from "../../../../scripts/stack-update/recover";

const PROVIDER = "urn:pulumi:pr-12::p::pulumi:providers:pachyderm::pachyderm";
const provider: StateResource = {
  urn: PROVIDER,
  type: "pulumi:providers:pachyderm",
  id: "1",
  inputs: { project: "ml" },
};

function resource(type: string, inputs: Record<string, unknown>): StateResource {
  return { urn: `urn:pulumi:pr-12::p::${type}::x`, type, inputs, provider: `${PROVIDER}::1` };
}

function recovered(pending: StateResource, type = "creating", resources = [provider]) {
  const operation = { resource: pending, type };
  return recover({
    version: 3,
    deployment: {
      resources,
      pending_operations: [operation],
      secrets_providers: { type: "s" },
    } as {
      resources: StateResource[];
    },
  });
}

describe("the state after a killed update", () => {
  it("is not changed if nothing is pending", () => {
    assert.equal(recover({ version: 3, deployment: { resources: [provider] } }), undefined);
    assert.equal(recover({ version: 3, deployment: {} }), undefined);
  });

  it("gets what may have been created, by the id that it would have, and keeps the rest", () => {
    const spec = { pipeline: { name: "pr-12-train" } };
    const pipeline = resource("pachyderm:index:Pipeline", { spec });
    const { state, lost } = recovered(pipeline) ?? assert.fail();
    assert.deepEqual(state, {
      version: 3,
      deployment: {
        secrets_providers: { type: "s" },
        resources: [provider, { ...pipeline, id: "ml/pr-12-train", outputs: { spec } }],
      },
    });
    assert.deepEqual(lost, []);
  });

  it("names what may be left behind if only the creation would have returned the id", () => {
    const token = resource("pachyderm:index:RobotToken", { robot: "r" });
    const { state, lost } = recovered(token) ?? assert.fail();
    assert.deepEqual(state.deployment.resources, [provider]);
    assert.deepEqual(lost, [token.urn]);
    const secretName = resource("pachyderm:index:Repo", { name: { "4dabf18193072939515e22": "" } });
    assert.deepEqual(recovered(secretName)?.lost, [secretName.urn]);
  });

  it("drops pending updates and deletes, and creates of existing resources, because a refresh reads them", () => {
    const repo = { ...resource("pachyderm:index:Repo", { name: "r" }), id: "ml/r" };
    for (const type of ["updating", "deleting", "reading", "creating"]) {
      const { state, lost } = recovered(repo, type, [provider, repo]) ?? assert.fail();
      assert.deepEqual(state.deployment.resources, [provider, repo]);
      assert.deepEqual(lost, []);
    }
  });
});
