import assert from "node:assert/strict";
import { formatPath } from "../../../../../providers/kit/property-path";
import { UNKNOWN, type Value } from "../../../../../providers/kit/values";
import { diffSpecs, specsEqual } from "../../../../../providers/pachyderm/spec/compare";

const OLD = {
  pipeline: { name: "p" },
  input: { pfs: { repo: "in", glob: "/" } },
  transform: { image: "img:1", cmd: ["sh"], stdin: ["a", "b"], env: { "A.B": "1" } },
  pod_patch: '[{"op":"add","path":"/a"}]',
} satisfies Value;

function diff(oldSpec: Value, newSpec: Value): string[] {
  return diffSpecs(oldSpec, newSpec, { project: "default" }).map(
    ({ kind, path }) => `${kind} ${formatPath(["spec", ...path])}`,
  );
}

describe("diffSpecs", () => {
  it("finds nothing between two spellings of one spec", () => {
    const { pod_patch, ...rest } = OLD;
    assert.deepEqual(diff(OLD, { podPatch: JSON.parse(pod_patch), ...rest }), []);
  });

  it("reports just the image when only the image changed", () => {
    assert.deepEqual(diff(OLD, { ...OLD, transform: { ...OLD.transform, image: "img:2" } }), [
      "update spec.transform.image",
    ]);
  });

  it("reports variables by name, quoting those with dots", () => {
    const env = { "A.B": "2", C: "3" };
    assert.deepEqual(diff(OLD, { ...OLD, transform: { ...OLD.transform, env } }), [
      'update spec.transform.env["A.B"]',
      "add spec.transform.env.C",
    ]);
  });

  it("compares lists by index", () => {
    const stdin = ["a", "c", "d"];
    assert.deepEqual(diff(OLD, { ...OLD, transform: { ...OLD.transform, stdin } }), [
      "update spec.transform.stdin[1]",
      "add spec.transform.stdin[2]",
    ]);
    assert.deepEqual(diff(OLD, { ...OLD, transform: { ...OLD.transform, stdin: ["a"] } }), [
      "delete spec.transform.stdin[1]",
    ]);
  });

  it("writes paths as in the new spec, and removed fields as in the old one", () => {
    const { pod_patch: _, ...rest } = OLD;
    assert.deepEqual(diff(OLD, rest), ["delete spec.pod_patch"]);
    assert.deepEqual(diff(OLD, { ...rest, podPatch: "[]" }), ["update spec.podPatch"]);
  });

  it("reports a change inside a patch at its path, but inside a JSON string as the whole string", () => {
    const { pod_patch: _, ...rest } = OLD;
    const patch = (path: string): Value => ({ ...rest, podPatch: [{ op: "add", path }] });
    assert.deepEqual(diff(patch("/a"), patch("/b")), ["update spec.podPatch[0].path"]);
    assert.deepEqual(diff(OLD, patch("/b")), ["update spec.podPatch"]);
  });

  it("reports one change for a different repo, not the names derived from it", () => {
    const input = { pfs: { repo: "other", glob: "/" } };
    assert.deepEqual(diff(OLD, { ...OLD, input }), ["update spec.input.pfs.repo"]);
  });

  it("does not report a default that is now explicit together with a real change", () => {
    const input = { pfs: { repo: "in", name: "in", branch: "master", lazy: false, glob: "/*" } };
    assert.deepEqual(diff(OLD, { ...OLD, input }), ["update spec.input.pfs.glob"]);
  });

  it("reports a default that is overridden or restored, in the user's spelling", () => {
    const input = { pfs: { repo: "in", glob: "/", branch: "dev" } };
    assert.deepEqual(diff(OLD, { ...OLD, input }), ["add spec.input.pfs.branch"]);
    assert.deepEqual(diff({ ...OLD, input }, OLD), ["delete spec.input.pfs.branch"]);
  });

  describe("on the order of inputs", () => {
    const leaf = (repo: string, fields: Record<string, Value> = {}): Value => ({
      pfs: { repo, glob: "/", ...fields },
    });
    const inputs = (input: Value): Value => ({ ...OLD, input });
    const [a, b] = [leaf("a"), leaf("b")];

    it("finds no change in the order of a union, which does not affect the datums", () => {
      const [before, after] = [inputs({ union: [a, b] }), inputs({ union: [b, a] })];
      assert.deepEqual(diff(before, after), []);
      assert.ok(specsEqual(before, after, { project: "default" }));
      const spelledOut = leaf("a", { branch: "master", name: "a" });
      assert.deepEqual(diff(before, inputs({ union: [b, spelledOut] })), []);
      const nested = (left: Value, right: Value): Value =>
        inputs({ cross: [{ union: [{ union: [left, right] }, leaf("c")] }, leaf("d")] });
      assert.deepEqual(diff(nested(a, b), nested(b, a)), []);
    });

    it("reports a changed, a new and a missing input of a union", () => {
      assert.deepEqual(
        diff(inputs({ union: [a, b] }), inputs({ union: [a, leaf("b", { glob: "/*" })] })),
        ["update spec.input.union[1].pfs.glob"],
      );
      assert.deepEqual(diff(inputs({ union: [a] }), inputs({ union: [a, a] })), [
        "add spec.input.union[1]",
      ]);
      assert.notDeepEqual(diff(inputs({ union: [a, a, b] }), inputs({ union: [a, b, b] })), []);
    });

    it("reports a changed order if it affects the datums", () => {
      const join = (input: Value): Value => inputs({ join: [input, leaf("c")] });
      const group = (input: Value): Value => inputs({ group: [{ cross: [input] }] });
      const triggered = leaf("a", { trigger: { size: "1M" } });
      for (const [before, after] of [
        [inputs({ cross: [a, b] }), inputs({ cross: [b, a] })],
        [inputs({ join: [a, b] }), inputs({ join: [b, a] })],
        [inputs({ group: [a, b] }), inputs({ group: [b, a] })],
        [join({ union: [a, b] }), join({ union: [b, a] })],
        [group({ union: [a, b] }), group({ union: [b, a] })],
        // the trigger's branch contains the input's number in its name
        [inputs({ union: [triggered, b] }), inputs({ union: [b, triggered] })],
      ] as const) {
        assert.notDeepEqual(diff(before, after), []);
        assert.ok(!specsEqual(before, after, { project: "default" }));
      }
    });

    it("treats a list named union elsewhere as an ordinary list", () => {
      const patch = (value: Value): Value => ({
        ...OLD,
        pod_patch: [{ op: "add", path: "/a", value: { union: value } }],
      });
      assert.deepEqual(diff(patch(["a", "b"]), patch(["b", "a"])), [
        "update spec.pod_patch[0].value.union[0]",
        "update spec.pod_patch[0].value.union[1]",
      ]);
    });
  });

  it("distinguishes globs that lead outside of the repo from those inside it", () => {
    const glob = (text: string): Value => ({ ...OLD, input: { pfs: { repo: "in", glob: text } } });
    assert.deepEqual(diff(glob("a"), glob("../a")), ["update spec.input.pfs.glob"]);
    assert.deepEqual(diff(glob("/a"), glob("/../a")), []);
    assert.deepEqual(diff(glob("a"), glob("./a/")), []);
    assert.deepEqual(diff(glob("/"), glob(".")), []);
  });

  it("reports an unknown value as a change of just that value", () => {
    assert.deepEqual(diff(OLD, { ...OLD, input: UNKNOWN }), ["update spec.input"]);
    assert.deepEqual(diff(OLD, { ...OLD, description: UNKNOWN }), ["add spec.description"]);
  });

  it("compares values of any kinds", () => {
    assert.deepEqual(diff(null, OLD), ["update spec"]);
    assert.deepEqual(diff(OLD, UNKNOWN), ["update spec"]);
  });
});
