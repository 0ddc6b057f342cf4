import assert from "node:assert/strict";
import { PipelineSecret, SeldonNamespace, UseCase } from "../../../components";
import { useCases } from "../../../use-cases";
import { comparable, golden } from "../../support/golden";
import { named, record } from "../../support/program-recorder";
import { credentials } from "../../support/stack-config";

/** The pipelines of the original setup, by use case: training, deployment. */
const originals: Record<string, [training: string, deployment: string]> = {
  "image-classification": ["dogs-and-cats-model", "dogs-and-cats-deploy"],
  "sentiment-analysis": ["finbert-train", "finbert-deploy"],
};

describe("the use cases", () => {
  for (const [name, definition] of Object.entries(useCases)) {
    it(`define exactly the two original pipelines in ${name}`, async () => {
      const recording = await record(() => {
        const values = { ...credentials, sel_namespace: "seldon" };
        new UseCase("u", {
          ...definition,
          secret: new PipelineSecret("pipelines", { namespace: "default", values }),
          namespace: new SeldonNamespace("seldon", {}),
          detectBucketUri: "gs://determined-seldon-detector",
        });
      });
      const [training, deployment] = originals[name] ?? assert.fail(`no original of ${name}`);
      const spec = (pipeline: string) =>
        comparable(named(recording, pipeline).inputs.spec as Record<string, unknown>);
      assert.deepEqual(spec("u-training-pipeline"), golden(training));
      assert.deepEqual(spec("u-deployment-pipeline"), golden(deployment));
    });
  }
});
