import assert from "node:assert/strict";
import { parseMarks } from "../../../program/stack-mark";
import { named, type Recording, record, wholeProgram } from "../../support/program-recorder";
import { secretKeys, stackConfig } from "../../support/stack-config";

const run = (environment?: object, more?: object) =>
  record(wholeProgram, {
    config: stackConfig({ disposable: true, environment, ...more }),
    secretKeys,
  });

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

  it("do not change pipelines, because that would restart them", async () => {
    assert.deepEqual(pipelines(await run(MARKS)), pipelines(await run()));
  });

  it("do not exist without an owner or expiry", async () => {
    const all = async (environment?: object) =>
      (await run(environment)).registrations.map(({ name, inputs }) => ({ name, inputs }));
    assert.deepEqual(await all({ gpu: false }), await all());
  });

  describe("that is disposable and has a prefix", () => {
    const PREFIX = { namePrefix: "pr-12-" };
    const labels = ({ inputs }: { inputs: Record<string, unknown> }) =>
      ((inputs.metadata as { labels?: object } | undefined)?.labels ??
        inputs.labels ??
        {}) as Record<string, string>;

    it("name the stack and its prefix on everything that can be marked", async () => {
      const { registrations } = await run(undefined, PREFIX);
      const marks = registrations.flatMap((registration) => {
        const { type, inputs } = registration;
        if (type === "pachyderm:index:Repo") {
          const { stack, prefix } = parseMarks(String(inputs.description));
          assert.equal(prefix, "pr-12-");
          return stack;
        }
        if (type === "gcp:storage/bucket:Bucket")
          return labels(registration)["pachyderm-seldon-stack"];
        if (!type.startsWith("kubernetes:core")) return [];
        const { annotations } = inputs.metadata as { annotations: Record<string, string> };
        assert.equal(annotations["pachyderm-seldon/name-prefix"], "pr-12-");
        return labels(registration)["pachyderm-seldon/stack"];
      });
      assert.ok(marks.length >= 4);
      assert.equal(new Set(marks).size, 1);
      assert.match(String(marks[0]), /^[a-z0-9-]+-[0-9a-f]{10}$/);
    });

    it("do not change pipelines", async () => {
      const protectedStack = await run(undefined, { ...PREFIX, disposable: false });
      const specs = (recording: Recording) => pipelines(recording).map(({ inputs }) => inputs.spec);
      assert.deepEqual(specs(await run(undefined, PREFIX)), specs(protectedStack));
    });

    it("do not name it without a prefix, where names may be those of production", async () => {
      assert.doesNotMatch(JSON.stringify((await run()).registrations), /pachyderm-seldon.stack/);
    });

    it("do not name it on objects that outlive the stack, which would look left behind", async () => {
      for (const kept of [{ data: { keep: true } }, { disposable: false }]) {
        const recording = await run(undefined, { ...PREFIX, ...kept });
        for (const name of ["detectors-bucket", "seldon-namespace"])
          assert.ok(!JSON.stringify(labels(named(recording, name))).includes("stack"), name);
        const { description } = named(recording, "image-classification-data").inputs;
        assert.equal(parseMarks(String(description)).stack, undefined);
      }
    });
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

  it("does not differ otherwise, and without the key does not start or stop pipelines", async () => {
    const plain = pipelines(await run());
    assert.deepEqual([...new Set(plain.map(({ inputs }) => "stopped" in inputs))], [false]);
    const paused = pipelines(await run({ paused: true }));
    assert.deepEqual(
      paused.map(({ name, inputs: { stopped: _, ...inputs } }) => ({ name, inputs })),
      plain,
    );
  });
});
