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

describe("a paused development stack", () => {
  const stopped = async (environment?: object) =>
    pipelines(await run(environment)).map(({ inputs }) => inputs.stopped);

  it("stops all of its pipelines, and starts them with false", async () => {
    const paused = await stopped({ paused: true });
    assert.equal(paused.length, 2);
    assert.deepEqual([...new Set(paused)], [true]);
    assert.deepEqual([...new Set(await stopped({ paused: false }))], [false]);
  });

  it("is otherwise the same, and without the key leaves the pipelines as they are", async () => {
    const plain = pipelines(await run());
    assert.deepEqual([...new Set(plain.map(({ inputs }) => "stopped" in inputs))], [false]);
    const paused = pipelines(await run({ paused: true }));
    assert.deepEqual(
      paused.map(({ name, inputs: { stopped: _, ...inputs } }) => ({ name, inputs })),
      plain,
    );
  });
});
