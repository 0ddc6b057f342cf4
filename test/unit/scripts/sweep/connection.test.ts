import assert from "node:assert/strict";
import { clusterProblem, readConnection } from "../../../../scripts/sweep/connection";
import type { StackRecord } from "../../../../scripts/sweep/stack-record";

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

describe("the clusters of a sweep", () => {
  const record = (kubernetes: string[], pachyderm: string[]): StackRecord => ({
    owned: new Set(),
    isProtected: false,
    resources: 1,
    kubernetes,
    pachyderm,
  });
  const found = { kubernetes: "k1", pachyderm: "p1" };

  it("are those that the stack is on", () => {
    assert.equal(clusterProblem("dev", record(["k1"], ["p1"]), found), undefined);
  });

  it("are refused if they are others, where everything would look left behind", () => {
    assert.match(
      clusterProblem("dev", record(["k2"], ["p1"]), found) ?? "",
      /^the Kubernetes cluster that the configuration of stack dev leads to \(k1\) is not the one that the stack is on \(k2\): /,
    );
    assert.match(
      clusterProblem("dev", record(["k1"], ["p2"]), found) ?? "",
      /^the Pachyderm cluster .* \(p1\) is not the one that the stack is on \(p2\): /,
    );
  });

  it("are refused if the state does not tell which they are", () => {
    assert.match(
      clusterProblem("dev", record([], ["p1"]), found) ?? "",
      /does not tell which Kubernetes cluster it is on: expected a stack that has been deployed/,
    );
  });
});
