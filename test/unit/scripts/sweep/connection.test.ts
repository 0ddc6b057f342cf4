import assert from "node:assert/strict";
import { readConnection } from "../../../../scripts/sweep/connection";

const configuration = {
  "gcp:project": "p",
  "pachyderm-seldon:pachyderm": '{"address": "http://localhost:30656"}',
  "pachyderm-seldon:kubernetes": '{"context": "dev"}',
};

describe("the connections of a sweep", () => {
  it("come from the stack's configuration, with the program's defaults", () => {
    assert.deepEqual(readConnection("dev", configuration), {
      pachyderm: { address: "http://localhost:30656", project: "default", namespace: "default" },
      kubernetes: { context: "dev" },
      detectorNamespace: "seldon-logs",
      gcpProject: "p",
    });
  });

  it("require the keys for them", () => {
    const { "gcp:project": _, ...rest } = configuration;
    assert.throws(
      () => readConnection("dev", rest),
      /^Error: gcp:project is missing; expected .*: `pulumi config set --stack dev gcp:project/,
    );
    assert.throws(
      () => readConnection("dev", { ...configuration, "pachyderm-seldon:pachyderm": "{}" }),
      /^Error: pachyderm-seldon:pachyderm\.address .*expected the address of Pachyderm/,
    );
  });
});
