import assert from "node:assert/strict";
import { clusterIdsIn, parseState, resourcesIn } from "../../../scripts/exported-state";

describe("an exported state", () => {
  const repo = { urn: "u", type: "pachyderm:index:Repo", id: "default/pets" };

  it("is kept completely, so that it can be imported again", () => {
    const state = {
      version: 3,
      deployment: { manifest: { time: "t" }, resources: [{ ...repo, created: "then" }] },
    };
    assert.deepEqual(parseState(JSON.stringify(state), "dev"), state);
    assert.deepEqual(resourcesIn(parseState('{"deployment": {"resources": null}}', "dev")), []);
  });

  it("is refused, without quoting it, if it has an unknown format, whose version is named", () => {
    const refusal = (version: string) =>
      `the state of stack dev has an unsupported format (${version}; expected version 3 with a list of resources): ` +
      "check the output of `pulumi stack export --stack dev`, and use a Pulumi CLI that this version of the program supports";
    for (const [text, version] of [
      ["s3cret", "no version"],
      ["{}", "no version"],
      ['{"version": "s3cret"}', "no version"],
      ['{"version": 4, "stack": {}}', "version 4"],
      ['{"version": 3, "deployment": {"resources": [{"urn": "u"}]}}', "version 3"],
    ] as const)
      assert.throws(() => parseState(text, "dev"), { message: refusal(version) }, text);
  });

  it("contains the known ids of clusters", () => {
    const on = (clusterId: unknown) => ({ ...repo, outputs: { clusterId } });
    const ids = [on("a"), on("b"), on("a"), on("04da6b54-80e4-46f7-96ec-b56ff0331ba9"), repo];
    assert.deepEqual(clusterIdsIn(ids, "pachyderm:index:"), ["a", "b"]);
    assert.deepEqual(clusterIdsIn(ids, "seldon:"), []);
  });
});
