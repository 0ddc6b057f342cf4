import assert from "node:assert/strict";
import type { Value, ValueMap } from "../../../../../providers/kit/values";
import type { StackAdditions } from "../../../../../scripts/adopt/definition/take-apart";
import { furtherEdits } from "../../../../../scripts/adopt/update/further-edits";
import { trainedEdits } from "../../../../../scripts/adopt/update/trained-edits";
import type { PipelineDefinition } from "../../../../../use-cases/definition";
import { imageClassification } from "../../../../../use-cases/image-classification";
import { golden } from "../../../../support/golden";

const additions: StackAdditions = { prefix: "", project: "default", secret: "pipeline-secret" };

describe("the edits of a further pipeline", () => {
  const definition: PipelineDefinition = {
    spec: {
      pipeline: { name: "edges" },
      input: { pfs: { repo: "images", glob: "/*", empty_files: true } },
      transform: { image: "edges:1", cmd: ["run"] },
      pod_patch: [{ op: "add", path: "/a", value: 1 }],
    },
    secretKeys: ["det_user"],
  };
  const secret = { name: "pipeline-secret", key: "det_user", env_var: "DET_USER" };
  const live = (changes: object, transform: object = {}) =>
    ({
      pipeline: { name: "edges" },
      input: { pfs: { repo: "images", glob: "/*", emptyFiles: true } },
      transform: { image: "edges:1", cmd: ["run"], secrets: [secret], ...transform },
      podPatch: '[{"op":"add","path":"/a","value":1}]',
      ...changes,
    }) as unknown as ValueMap;
  const edits = (spec: ValueMap, changed: Partial<StackAdditions> = {}, made: string[] = []) =>
    furtherEdits("edges", definition, spec, {
      additions: { ...additions, ...changed },
      made: new Set(made),
    });
  const at = (...path: (string | number)[]) => ["pipelines", "edges", ...path];

  it("are empty if only the spelling differs", () => assert.deepEqual(edits(live({})), []));

  it("are in the definition's spelling and form", () => {
    const spec = live(
      { podPatch: '[{"op":"add","path":"/a","value":2}]', datum_tries: "5" },
      { image: "edges:2", env: { A: "b" } },
    );
    assert.deepEqual(edits(spec), [
      { path: at("spec", "transform", "image"), value: "edges:2" },
      { path: at("spec", "transform", "env"), value: { A: "b" } },
      { path: at("spec", "pod_patch", 0, "value"), value: 2 },
      { path: at("spec", "datum_tries"), value: 5 },
    ]);
  });

  it("add and remove keys of the Secret", () => {
    const token = { name: "pipeline-secret", key: "token", envVar: "TOKEN" };
    assert.deepEqual(edits(live({}, { secrets: [secret, token] })), [
      { path: at("secretKeys"), value: ["det_user", "token"] },
    ]);
    assert.deepEqual(edits(live({}, { secrets: [] })), [
      { path: at("spec", "transform", "secrets"), value: [] },
      { path: at("secretKeys"), value: undefined },
    ]);
  });

  it("omit the stack's prefix", () => {
    const spec = live({
      pipeline: { name: "pr-edges" },
      input: { pfs: { repo: "pr-photos", glob: "/*", emptyFiles: true } },
    });
    const prefixed = { prefix: "pr-", secret: "pipeline-secret" };
    assert.deepEqual(edits(spec, prefixed, ["pr-photos"]), [
      { path: at("spec", "input", "pfs", "repo"), value: "photos" },
    ]);
  });
});

describe("the edits of a training or deployment", () => {
  const train = golden("dogs-and-cats-model") as ValueMap;
  const deploy = golden("dogs-and-cats-deploy") as ValueMap;
  const edits = (part: "training" | "deployment", live: unknown, ownBranch = false) =>
    trainedEdits(part, imageClassification, live as Value, {
      additions,
      rendered: part === "training" ? train : deploy,
      ownBranch,
    });
  const withLine = (spec: ValueMap, from: string, to: string) =>
    JSON.parse(JSON.stringify(spec).replace(from, to)) as ValueMap;

  it("are empty if nothing drifted", async () => {
    assert.deepEqual(await edits("training", train), []);
    assert.deepEqual(await edits("deployment", deploy), []);
  });

  it("change the component's parameters", async () => {
    const live = withLine(
      { ...train, description: "now", datumTries: 2 },
      "--git-ref master",
      "--git-ref v2",
    );
    assert.deepEqual(await edits("training", live), [
      { path: ["training", "gitRef"], value: "v2" },
      { path: ["training", "description"], value: "now" },
      { path: ["training", "spec"], value: { datumTries: 2 } },
    ]);
    assert.deepEqual(
      await edits("deployment", withLine(deploy, "--detect-batch-size 4", "--detect-batch-size 8")),
      [{ path: ["deployment", "detectBatchSize"], value: 8 }],
    );
  });

  it("keep the branch if the use case reads through its own branch", async () => {
    const live = withLine(train, '"branch":"master"', '"branch":"other"');
    assert.deepEqual(await edits("training", live, true), []);
    assert.deepEqual(await edits("training", live), [
      { path: ["training", "branch"], value: "other" },
    ]);
  });

  it("are unknown if the component cannot create what runs, or it reads a different repo", async () => {
    assert.equal(await edits("training", withLine(train, "train.py", "other.py")), undefined);
    const repo = withLine(
      withLine(train, "--repo dogs-and-cats", "--repo x"),
      '"repo":"dogs-and-cats"',
      '"repo":"x"',
    );
    assert.equal(await edits("training", repo), undefined);
    const bucket = withLine(deploy, "gs://determined-seldon-detector", "gs://other");
    assert.equal(await edits("deployment", bucket), undefined);
  });
});
