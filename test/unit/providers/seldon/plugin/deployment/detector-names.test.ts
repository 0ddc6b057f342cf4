import assert from "node:assert/strict";
import { dedicatedNamespace } from "../../../../../../config/dedicated";
import {
  detectorNameProblem,
  maxNamespaceLength,
  serviceName,
} from "../../../../../../providers/seldon/plugin/deployment/detector-names";

describe("the names of detectors", () => {
  it("can have 63 characters, namespace and deployment included", () => {
    const ref = { namespace: "n".repeat(20), name: "d".repeat(17) };
    assert.equal(serviceName(ref, "outlier").length, 63);
    assert.equal(detectorNameProblem(ref), undefined);
    assert.equal(maxNamespaceLength(ref.name), 20);
  });

  it("are refused with the lengths if they have more", () => {
    const ref = { namespace: "seldon-image-classification", name: "dogcat-deploy" };
    assert.equal(
      detectorNameProblem(ref),
      "makes the detector name " +
        '"seldon-image-classification-seldondeployment-dogcat-deploy-outlier", which is 66 ' +
        "characters long (namespace 27, deployment 13, Seldon's own part 26); Knative allows " +
        "63, so shorten one of them by 3",
    );
  });

  it("shorten a dedicated namespace, and keep two of them distinct", () => {
    const deployment = "dogcat-deploy";
    const short = dedicatedNamespace("seldon", "image-classification", deployment);
    assert.match(short, /^seldon-image-classi-[0-9a-f]{4}$/);
    assert.equal(detectorNameProblem({ namespace: short, name: deployment }), undefined);
    assert.notEqual(dedicatedNamespace("seldon", "image-classifiers", "d".repeat(14)), short);
    const prefixed = dedicatedNamespace(
      "pr-12-seldon",
      "image-classification",
      `pr-12-${deployment}`,
    );
    assert.match(prefixed, /^pr-12-seldon-[0-9a-f]{4}$/);
    assert.equal(
      detectorNameProblem({ namespace: prefixed, name: `pr-12-${deployment}` }),
      undefined,
    );
  });

  it("do not shorten a dedicated namespace if they fit, or if its name would become empty", () => {
    assert.equal(dedicatedNamespace("seldon", "small", "finbert"), "seldon-small");
    const long = dedicatedNamespace("a-long-prefix-seldon", "x", "a-long-prefix-dogcat-deploy");
    assert.equal(long, "a-long-prefix-seldon-x");
  });
});
