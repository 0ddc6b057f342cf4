import assert from "node:assert/strict";
import { clusterIdsIn, parseState, resourcesIn } from "../../../scripts/exported-state";

describe("an exported state", () => {
  const repo = { urn: "u", type: "pachyderm:index:Repo", id: "default/pets" };

  it("is kept whole, so that it can be imported again", () => {
    const state = {
      version: 3,
      deployment: { manifest: { time: "t" }, resources: [{ ...repo, created: "then" }] },
    };
    assert.deepEqual(parseState(JSON.stringify(state), "dev"), state);
    assert.deepEqual(resourcesIn(parseState('{"deployment": {"resources": null}}', "dev")), []);
  });

  it("is refused, without quoting it, if it has an unknown form", () => {
    const unknown = /^Error: the state of stack dev is not in a form that this script knows$/;
    for (const text of ["s3cret", "{}", '{"deployment": {"resources": [{"urn": "u"}]}}'])
      assert.throws(() => parseState(text, "dev"), unknown, text);
  });

  it("has the ids of the clusters that are known", () => {
    const on = (clusterId: unknown) => ({ ...repo, outputs: { clusterId } });
    const ids = [on("a"), on("b"), on("a"), on("04da6b54-80e4-46f7-96ec-b56ff0331ba9"), repo];
    assert.deepEqual(clusterIdsIn(ids, "pachyderm:index:"), ["a", "b"]);
    assert.deepEqual(clusterIdsIn(ids, "seldon:"), []);
  });
});
