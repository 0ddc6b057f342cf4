import assert from "node:assert/strict";
import { deployedBy, unchangedTrainings } from "../../../../scripts/preview-env/deployed";
import { useCases } from "../../../../use-cases";

const spec = (name: string, image = "train:1", more: object = {}) => ({
  pipeline: { name },
  transform: { image },
  input: { pfs: { repo: "data", glob: "/" } },
  ...more,
});
const pipeline = (inputs: Record<string, unknown>) => ({
  urn: "u",
  type: "pachyderm:index:Pipeline",
  inputs,
});

describe("a use case's training", () => {
  const images = useCases["image-classification"] ?? assert.fail();
  const { name } = images.training ?? assert.fail();
  const unchanged = (before: object[], after: object[]) => {
    const specsOf = (specs: object[]) =>
      deployedBy(specs.map((one) => pipeline({ spec: one }))).specs;
    return [...unchangedTrainings({ images }, specsOf(before), specsOf(after))];
  };

  it("is unchanged if its pipeline has the same meaning, whatever happens to others", () => {
    const [one, other] = [
      { parallelism_spec: { constant: 2 } },
      { parallelismSpec: { constant: "2" } },
    ].map((more) => spec(name, "train:1", more));
    assert.ok(one && other);
    assert.deepEqual(unchanged([spec(name)], [spec(name)]), ["images"]);
    assert.deepEqual(unchanged([one], [other, spec("deploy", "deploy:2")]), ["images"]);
    assert.deepEqual(unchanged([spec(name), spec("deploy")], [spec(name)]), ["images"]);
  });

  it("is changed by a different image or input, and if the pipeline exists on only one side", () => {
    assert.deepEqual(unchanged([spec(name)], [spec(name, "train:2")]), []);
    const input = { pfs: { repo: "data", glob: "/*" } };
    assert.deepEqual(unchanged([spec(name)], [spec(name, "train:1", { input })]), []);
    assert.deepEqual(unchanged([], [spec(name)]), []);
    assert.deepEqual(unchanged([spec(name)], []), []);
    assert.deepEqual(unchanged([spec(`not-${name}`)], [spec(name)]), []);
  });
});

describe("what a stack has deployed", () => {
  it("is read from its state: specs, data repos, and the output repos of pipelines", () => {
    const repo = { urn: "r", type: "pachyderm:index:Repo", inputs: { name: "data" } };
    const { specs, repos } = deployedBy([repo, pipeline({ spec: spec("model") })]);
    assert.deepEqual([...specs.keys()], ["default/model"]);
    assert.deepEqual([...repos], ["data", "model"]);
    assert.deepEqual([...deployedBy([]).repos], []);
  });
});
