import assert from "node:assert/strict";
import { sameNamespaceProblem } from "../../../../config/checks/separate-namespaces";

describe("a namespace that must differ from that of another key", () => {
  it("is refused with the key and the reason", () => {
    assert.equal(
      sameNamespaceProblem("a", { "pachyderm.namespace": "a", "seldon.detectorNamespace": "b" }),
      "is also the value of pachyderm.namespace, and would be deleted with the stack",
    );
    assert.equal(
      sameNamespaceProblem("b", { "pachyderm.namespace": "a", "seldon.detectorNamespace": "b" }),
      "is also the value of seldon.detectorNamespace: deployments and detectors need separate namespaces",
    );
  });

  it("is accepted if no key has it, even if some are not set", () => {
    assert.equal(
      sameNamespaceProblem("c", { "pachyderm.namespace": "a", "seldon.namespace": undefined }),
      undefined,
    );
  });
});
