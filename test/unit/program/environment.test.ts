import assert from "node:assert/strict";
import { named, type Recording, record, wholeProgram } from "../../support/program-recorder";
import { secretKeys, stackConfig } from "../../support/stack-config";

const run = (environment?: object) =>
  record(wholeProgram, { config: stackConfig({ disposable: true, environment }), secretKeys });

const pipelines = ({ registrations }: Recording) =>
  registrations
    .filter(({ type }) => type === "pachyderm:index:Pipeline")
    .map(({ name, inputs }) => ({ name, inputs }));

describe("the marks of a development stack", () => {
  const MARKS = { owner: "alice", expires: "2999-12-31" };

  it("are labels of Kubernetes objects and the bucket, and text of the data repo's description", async () => {
    const recording = await run(MARKS);
    const objects = recording.registrations.filter(({ type }) => /^kubernetes:core/.test(type));
    assert.ok(objects.length >= 2);
    for (const { name, inputs } of objects) {
      const { labels } = inputs.metadata as { labels: Record<string, string> };
      assert.equal(labels["pachyderm-seldon/owner"], "alice", name);
      assert.equal(labels["pachyderm-seldon/expires"], "2999-12-31", name);
      assert.equal(labels["app.kubernetes.io/managed-by"], "pulumi", name);
    }
    const bucket = named(recording, "detectors-bucket").inputs.labels;
    assert.deepEqual(bucket, { "managed-by": "pulumi", component: "detectors", ...MARKS });
    const { description } = named(recording, "image-classification-data").inputs;
    assert.match(String(description), /owner=alice, expires=2999-12-31/);
    assert.deepEqual(
      recording.warnings.filter((text) => /expired/.test(String(text))),
      [],
    );
  });

  it("change no pipeline, which would restart it", async () => {
    assert.deepEqual(pipelines(await run(MARKS)), pipelines(await run()));
  });

  it("are not there without an owner or expiry", async () => {
    const all = async (environment?: object) =>
      (await run(environment)).registrations.map(({ name, inputs }) => ({ name, inputs }));
    assert.deepEqual(await all({ gpu: false }), await all());
  });

  it("are followed by a warning once the environment expired", async () => {
    const { warnings } = await run({ expires: "2020-01-31" });
    assert.ok(
      warnings.some((text) => /expired on 2020-01-31: destroy it with/.test(String(text))),
      JSON.stringify(warnings),
    );
  });
});
