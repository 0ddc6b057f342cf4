import assert from "node:assert/strict";
import { isSecret, reveal, Secret } from "../../../../../providers/kit/values";
import { mergeManagers } from "../../../../../sandbox/stand-ins/pulumi-plugins/kubernetes/field-managers";
import {
  comparable,
  markSecrets,
  prune,
  withoutNulls,
} from "../../../../../sandbox/stand-ins/pulumi-plugins/kubernetes/objects";

describe("Kubernetes objects in the stand-in plugin", () => {
  it("are reduced to the fields of the program, even inside lists", () => {
    const live = {
      metadata: { name: "a", uid: "1", labels: { app: "one", other: "x" } },
      rules: [
        { verbs: ["get"], added: "x" },
        { verbs: ["list"], added: "y" },
      ],
      status: { phase: "Active" },
    };
    const asked = { metadata: { name: "a", labels: { app: "two" } }, rules: [{ verbs: ["get"] }] };
    assert.deepEqual(prune(live, asked), {
      metadata: { name: "a", labels: { app: "one" } },
      rules: [{ verbs: ["get"] }, { verbs: ["list"], added: "y" }],
    });
  });

  it("are equal whether something is empty or missing", () => {
    assert.deepEqual(comparable({ metadata: { labels: {} }, rules: [] }), {});
    assert.deepEqual(withoutNulls({ a: null, b: { c: null, d: 1 } }), { b: { d: 1 } });
  });

  it("are equal whether a Secret's value is plain or encoded", () => {
    assert.deepEqual(comparable({ stringData: { a: "x" }, data: { b: "eQ==" } }), {
      data: { a: "eA==", b: "eQ==" },
    });
  });

  it("hide the data of every Secret, marked or not", () => {
    const object = { kind: "Secret", data: { a: "YQ==" }, stringData: { b: "b" }, type: "Opaque" };
    const marked = markSecrets(object, {});
    assert.ok(isSecret(marked.data) && isSecret(marked.stringData));
    assert.equal(marked.type, "Opaque");
    assert.deepEqual(reveal(marked), object);
  });

  it("hide what the program marked as secret, and every list that contains it", () => {
    const marked = markSecrets(
      { metadata: { annotations: { a: "1", b: "2" } }, list: ["x", "y"] },
      { metadata: { annotations: { a: new Secret("1") } }, list: [new Secret("x"), "y"] },
    );
    const { annotations } = marked.metadata as { annotations: Record<string, unknown> };
    assert.ok(isSecret(annotations.a));
    assert.equal(annotations.b, "2");
    assert.ok(isSecret(marked.list));
  });

  it("transfer fields owned by the creation or by kubectl to the resource", () => {
    const created = {
      manager: "pulumi-kubernetes",
      operation: "Update",
      fieldsV1: { "f:data": { ".": {}, "f:a": {} } },
    };
    const kubectl = {
      manager: "kubectl-edit",
      operation: "Update",
      fieldsV1: { "f:data": { "f:b": {} } },
    };
    const own = { manager: "mine", operation: "Apply", fieldsV1: { "f:type": {} } };
    const other = { manager: "controller", operation: "Update", fieldsV1: { "f:c": {} } };
    const status = { ...created, subresource: "status" };
    assert.deepEqual(mergeManagers([created, kubectl, own, other, status], "mine"), [
      {
        manager: "mine",
        operation: "Apply",
        fieldsV1: { "f:data": { ".": {}, "f:a": {}, "f:b": {} }, "f:type": {} },
      },
      other,
      status,
    ]);
    assert.equal(mergeManagers([own, other], "mine"), undefined);
  });
});
