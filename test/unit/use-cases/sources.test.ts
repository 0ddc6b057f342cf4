import assert from "node:assert/strict";
import { named, record, wholeProgram } from "../../support/program-recorder";
import { secretKeys, stackConfig } from "../../support/stack-config";

const DOGS = "image-classification";
const FINBERT = "sentiment-analysis";

const run = (useCases: object, changes: Record<string, unknown> = {}) =>
  record(wholeProgram, { config: stackConfig({ useCases, ...changes }), secretKeys });

interface Spec {
  readonly input: { readonly pfs: { readonly repo: string } };
}

/** What the training pipeline of a use case reads, and whether it depends on a resource. */
const training = (recording: Awaited<ReturnType<typeof run>>, useCase: string) => {
  const { inputs, dependencies } = named(recording, `${useCase}-training-pipeline`);
  const { repo } = (inputs.spec as Spec).input.pfs;
  return { repo, waitsFor: (name: string) => dependencies.includes(named(recording, name).urn) };
};

describe("a use case that reads a repo of another one in the stack", () => {
  const reads = (repo: string) => ({ data: { repo, existing: true } });

  it("waits for the data repo, which is neither created twice nor read", async () => {
    const recording = await run({ [DOGS]: reads("finbert-data"), [FINBERT]: {} });
    const { repo, waitsFor } = training(recording, DOGS);
    assert.equal(repo, "finbert-data");
    assert.ok(waitsFor("sentiment-analysis-data"));
    assert.deepEqual(
      recording.registrations.filter(({ type }) => type.endsWith(":Repo")).map(({ name }) => name),
      ["sentiment-analysis-data"],
    );
    assert.deepEqual(recording.reads, []);
  });

  it("waits for the pipeline whose output it reads, whichever is listed first", async () => {
    for (const useCases of [
      { [DOGS]: reads("finbert-train"), [FINBERT]: {} },
      { [FINBERT]: {}, [DOGS]: reads("finbert-train") },
    ]) {
      const { repo, waitsFor } = training(await run(useCases), DOGS);
      assert.equal(repo, "finbert-train");
      assert.ok(waitsFor("sentiment-analysis-training-pipeline"));
    }
    const { waitsFor } = training(
      await run({ [DOGS]: reads("finbert-deploy"), [FINBERT]: {} }),
      DOGS,
    );
    assert.ok(waitsFor("sentiment-analysis-deployment-pipeline"));
  });

  it("reads the other one's repo, including its prefix, under the name without prefix", async () => {
    const useCases = { [DOGS]: reads("finbert-train"), [FINBERT]: {} };
    const recording = await run(useCases, { namePrefix: "pr-7-" });
    assert.equal(training(recording, DOGS).repo, "pr-7-finbert-train");
  });

  it("reports in a preview that a name without prefix means the stack's own repo", async () => {
    const notes = async (useCases: object, namePrefix: string) => {
      const config = stackConfig({ useCases, namePrefix });
      return (await record(wholeProgram, { config, secretKeys, preview: true })).notes.filter(
        (note) => note.includes("data.repo"),
      );
    };
    const both = (repo: string) => ({ [DOGS]: reads(repo), [FINBERT]: {} });
    assert.deepEqual(await notes(both("finbert-train"), "pr-7-"), [
      "pachyderm-seldon:useCases.image-classification.data.repo finbert-train is this stack's own " +
        "repo pr-7-finbert-train, which sentiment-analysis creates",
    ]);
    assert.deepEqual(await notes(both("finbert-train"), ""), []);
    assert.deepEqual(await notes(both("pr-7-finbert-train"), "pr-7-"), []);
    assert.deepEqual(await notes(both("reports"), "pr-7-"), []);
  });

  it("still reads an existing repo that no use case in the stack creates", async () => {
    const recording = await run({ [DOGS]: reads("reports"), [FINBERT]: {} });
    assert.equal(training(recording, DOGS).repo, "reports");
    assert.deepEqual(
      recording.reads.map(({ id }) => id),
      ["default/reports"],
    );
  });

  it("lets Seldon read the output repo on request, after the pipeline is created", async () => {
    const asked = { data: { ...reads("finbert-train").data, grantReader: true } };
    const recording = await run({ [DOGS]: asked, [FINBERT]: {} });
    const { inputs, dependencies } = named(recording, "finbert-train-reader");
    assert.equal(inputs.repo, "finbert-train");
    assert.ok(dependencies.includes(named(recording, "sentiment-analysis-training-pipeline").urn));
  });

  it("is refused in a cycle, and on its own output", async () => {
    await assert.rejects(
      run({ [DOGS]: reads("finbert-train"), [FINBERT]: reads("dogs-and-cats-model") }),
      /image-classification\.data\.repo is "finbert-train", but use cases cannot read each other in a cycle: image-classification reads sentiment-analysis reads image-classification:/,
    );
    await assert.rejects(
      run({ [DOGS]: reads("dogs-and-cats-model") }),
      /is "dogs-and-cats-model", the output of a pipeline of this use case/,
    );
  });
});
