import assert from "node:assert/strict";
import { clusterProblem } from "../../../../scripts/sweep/clusters";

describe("the clusters of a sweep", () => {
  const record = (kubernetes: string[], pachyderm: string[]) => ({ kubernetes, pachyderm });
  const found = { kubernetes: "k1", pachyderm: "p1" };

  it("must be those that the stack is on", () => {
    assert.equal(clusterProblem("dev", record(["k1"], ["p1"]), found), undefined);
  });

  it("are refused if they differ, because everything would look left behind", () => {
    assert.match(
      clusterProblem("dev", record(["k2"], ["p1"]), found) ?? "",
      /^the configuration of stack dev connects to a different Kubernetes cluster \(k1\) than the one that the stack is on \(k2\): /,
    );
    assert.match(
      clusterProblem("dev", record(["k1"], ["p2"]), found) ?? "",
      /^the configuration of stack dev connects to a different Pachyderm cluster \(p1\) than the one that the stack is on \(p2\): /,
    );
  });

  it("are refused if the stack is on several", () => {
    assert.match(clusterProblem("dev", record(["k1", "k2"], ["p1"]), found) ?? "", /\(k1, k2\): /);
  });

  it("are refused if the state does not identify them", () => {
    assert.match(
      clusterProblem("dev", record([], ["p1"]), found) ?? "",
      /does not identify its Kubernetes cluster: expected a stack that has been deployed/,
    );
  });
});
