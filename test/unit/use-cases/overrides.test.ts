import assert from "node:assert/strict";
import { imageClassification } from "../../../use-cases/image-classification";
import { applyOverrides, prefixNames } from "../../../use-cases/overrides";

describe("applyOverrides", () => {
  it("changes what is given, and leaves the rest", () => {
    const { data, training, deployment } = applyOverrides(imageClassification, {
      training: { gitRef: "main" },
      deployment: { detectBatchSize: 8 },
    });
    assert.deepEqual(data, imageClassification.data);
    assert.deepEqual(training, { ...imageClassification.training, gitRef: "main" });
    assert.deepEqual(deployment, { ...imageClassification.deployment, detectBatchSize: 8 });
  });

  it("changes nothing where nothing is given", () => {
    assert.deepEqual(applyOverrides(imageClassification, {}), imageClassification);
  });
});

describe("prefixNames", () => {
  it("puts the prefix in front of repo, pipelines, model and deployment", () => {
    const { data, training, deployment } = prefixNames("a-", imageClassification);
    assert.equal(data.repo, "a-dogs-and-cats");
    assert.equal(training.name, "a-dogs-and-cats-model");
    assert.equal(training.model, "a-dogs-and-cats");
    assert.equal(deployment.name, "a-dogs-and-cats-deploy");
    assert.equal(deployment.deployName, "a-dogcat-deploy");
  });

  it("leaves the name of a repo that exists already", () => {
    const data = { repo: "theirs", existing: true };
    assert.deepEqual(prefixNames("a-", { ...imageClassification, data }).data, data);
  });
});
