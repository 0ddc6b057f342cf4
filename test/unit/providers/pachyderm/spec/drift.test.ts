import assert from "node:assert/strict";
import { Secret, type Value } from "../../../../../providers/kit/values";
import { mergeDrift } from "../../../../../providers/pachyderm/spec/drift";

const merge = (oldSpec: Value, liveSpec: Value): Value =>
  mergeDrift(oldSpec, liveSpec, { project: "default" });

const OLD = {
  pipeline: { name: "p" },
  input: { pfs: { repo: "in", glob: "/", lazy: false } },
  transform: { image: "img:1", err_cmd: ["a"], env: { A: "1", B: "2" } },
  datum_tries: "3",
} satisfies Value;

describe("mergeDrift", () => {
  it("returns the old spec itself if the live one means the same", () => {
    const live = {
      datumTries: 3,
      transform: { errCmd: ["a"], image: "img:1", env: { B: "2", A: "1" } },
      input: { pfs: { repo: "in", glob: "/" } },
      pipeline: { project: { name: "default" }, name: "p" },
    };
    assert.equal(merge(OLD, live), OLD);
  });

  it("takes over only the differences, in the old spec's spelling", () => {
    const live = {
      pipeline: { name: "p" },
      input: { pfs: { repo: "in", glob: "/*" } },
      transform: { image: "img:1", errCmd: ["b", "c"], env: { A: "1", C: "3" } },
      datumTries: 3,
      jobTimeout: "60s",
      tolerations: [{ operator: "EXISTS", tolerationSeconds: 1 }],
    };
    assert.deepEqual(merge(OLD, live), {
      pipeline: { name: "p" },
      input: { pfs: { repo: "in", glob: "/*", lazy: false } },
      transform: { image: "img:1", err_cmd: ["b", "c"], env: { A: "1", C: "3" } },
      datum_tries: "3",
      job_timeout: "60s",
      tolerations: [{ operator: "EXISTS", toleration_seconds: 1 }],
    });
  });

  it("drops what the live spec no longer has", () => {
    const { datum_tries: _, ...live } = OLD;
    assert.deepEqual(merge(OLD, live), live);
  });

  it("keeps a patch in the user's form: an object or a string", () => {
    const live = { pipeline: { name: "p" }, podPatch: '[{"op":"test"}]' };
    assert.deepEqual(merge({ pipeline: { name: "p" }, podPatch: [] }, live), {
      pipeline: { name: "p" },
      podPatch: [{ op: "test" }],
    });
    assert.deepEqual(merge({ pipeline: { name: "p" }, pod_patch: "[]" }, live), {
      pipeline: { name: "p" },
      pod_patch: '[{"op":"test"}]',
    });
  });

  it("uses the live spec instead of one with a secret, which cannot have been sent", () => {
    const live = { pipeline: { name: "p" }, description: "x" };
    assert.deepEqual(merge({ pipeline: { name: "p" }, description: new Secret("y") }, live), live);
  });
});
