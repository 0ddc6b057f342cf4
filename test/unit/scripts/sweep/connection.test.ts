import assert from "node:assert/strict";
import { readConnection } from "../../../../scripts/sweep/connection";

const configuration = {
  "gcp:project": "p",
  "pachyderm-seldon:pachyderm": { address: "http://localhost:30656" },
  "pachyderm-seldon:kubernetes": '{"context": "dev"}',
};

describe("the connections of a sweep", () => {
  it("come from the stack's configuration, with the program's defaults", () => {
    assert.deepEqual(readConnection(configuration), {
      pachyderm: { address: "http://localhost:30656", project: "default", namespace: "default" },
      kubernetes: { context: "dev" },
      detectorNamespace: "seldon-logs",
      gcp: { project: "p", accessToken: undefined, endpoint: undefined },
    });
  });

  it("need the keys that lead there", () => {
    const { "gcp:project": _, ...rest } = configuration;
    assert.throws(() => readConnection(rest), /gcp:project is not set/);
    assert.throws(
      () => readConnection({ ...configuration, "pachyderm-seldon:pachyderm": {} }),
      /pachyderm-seldon:pachyderm.address: expected the address of Pachyderm/,
    );
  });
});
