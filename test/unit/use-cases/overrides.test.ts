import assert from "node:assert/strict";
import { prefixNames } from "../../../config/named-use-cases";
import { applyOverrides } from "../../../config/use-case-overrides";
import { imageClassification } from "../../../use-cases/image-classification";
import { sentimentAnalysis } from "../../../use-cases/sentiment-analysis";
import { trained } from "../../support/trained";

const none = { made: new Set<string>(), project: "default" };

describe("applyOverrides", () => {
  it("changes the given parameters, and keeps the rest", () => {
    const { data, training, deployment } = applyOverrides(imageClassification, {
      training: { gitRef: "main" },
      deployment: { detectBatchSize: 8 },
    });
    assert.deepEqual(data, imageClassification.data);
    assert.deepEqual(training, { ...imageClassification.training, gitRef: "main" });
    assert.deepEqual(deployment, { ...imageClassification.deployment, detectBatchSize: 8 });
  });

  it("uses a different data repo, and an existing one without losing its description", () => {
    const data = { repo: "pets", existing: true };
    assert.deepEqual(applyOverrides(imageClassification, { data }).data, data);
  });

  it("adds resources to the spec's fields, and keeps the others", () => {
    const resourceLimits = { gpu: { type: "nvidia.com/gpu", number: 1 } };
    const { training, deployment } = trained(
      applyOverrides(sentimentAnalysis, { training: { resourceLimits } }),
    );
    assert.deepEqual(training.spec, {
      ...trained(sentimentAnalysis).training.spec,
      resourceLimits,
    });
    assert.equal("resourceLimits" in training, false);
    assert.deepEqual(deployment, sentimentAnalysis.deployment);
  });

  it("changes nothing without overrides", () => {
    assert.deepEqual(applyOverrides(imageClassification, {}), imageClassification);
  });
});

describe("prefixNames", () => {
  it("prefixes repo, pipelines, model and deployment", () => {
    const { data, training, deployment } = trained(prefixNames("a-", imageClassification, none));
    assert.equal(data.repo, "a-dogs-and-cats");
    assert.equal(training.name, "a-dogs-and-cats-model");
    assert.equal(training.model, "a-dogs-and-cats");
    assert.equal(deployment.name, "a-dogs-and-cats-deploy");
    assert.equal(deployment.deployName, "a-dogcat-deploy");
  });

  it("keeps the name of an existing repo", () => {
    const data = { repo: "theirs", existing: true };
    assert.deepEqual(prefixNames("a-", { ...imageClassification, data }, none).data, data);
  });
});
