import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UNKNOWN, type ValueMap } from "../../../../../providers/kit/values";
import { diffProvider } from "../../../../../sandbox/stand-ins/pulumi-plugins/kubernetes/provider-diff";

/** A kubeconfig with one cluster for each context. */
function kubeconfig(servers: Readonly<Record<string, string>>): string {
  const entries = Object.entries(servers);
  return JSON.stringify({
    "current-context": entries[0]?.[0],
    contexts: entries.map(([name]) => ({ name, context: { cluster: name, user: "me" } })),
    clusters: entries.map(([name, server]) => ({ name, cluster: { server } })),
    users: [{ name: "me", user: { token: "t" } }],
  });
}

const HERE = kubeconfig({ a: "https://10.0.0.1", b: "https://10.0.0.2" });
const MOVED = kubeconfig({ a: "https://10.0.0.9" });

/** The paths that differ, with a mark on what replaces the provider and every object. */
const diff = (before: ValueMap, after: ValueMap) =>
  diffProvider(before, after).map(({ path, replace }) => `${path}${replace ? " (replace)" : ""}`);

/** Based on the official plugin's DiffConfig. */
describe("the kubernetes stand-in plugin's comparison of arguments", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "provider-diff-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("replaces for a different server address, by a kubeconfig or by a context", () => {
    assert.deepEqual(diff({ kubeconfig: HERE }, { kubeconfig: MOVED }), ["kubeconfig (replace)"]);
    assert.deepEqual(diff({ kubeconfig: HERE, context: "a" }, { kubeconfig: HERE, context: "b" }), [
      "context (replace)",
    ]);
    assert.deepEqual(diff({ kubeconfig: HERE }, { kubeconfig: UNKNOWN }), ["kubeconfig (replace)"]);
  });

  it("shows a different path to the same server as a change, and does not replace", () => {
    const [one, two] = ["one", "two"].map((name) => join(folder, name));
    for (const file of [one, two]) writeFileSync(file ?? "", HERE);
    assert.deepEqual(diff({ kubeconfig: one ?? "" }, { kubeconfig: two ?? "" }), ["kubeconfig"]);
  });

  it("does not replace for a kubeconfig that is added or removed, because the server cannot be compared", () => {
    assert.deepEqual(diff({ kubeconfig: HERE }, {}), ["kubeconfig"]);
    assert.deepEqual(diff({ kubeconfig: HERE }, { kubeconfig: "/none" }), ["kubeconfig"]);
  });

  it("never replaces while clusterIdentifier is the same, but for a different one", () => {
    const [id, other] = [{ clusterIdentifier: "x" }, { clusterIdentifier: "y" }];
    assert.deepEqual(diff({ kubeconfig: HERE, ...id }, { kubeconfig: MOVED, ...id }), [
      "kubeconfig",
    ]);
    assert.deepEqual(diff(id, other), ["clusterIdentifier (replace)"]);
    assert.deepEqual(diff({}, id), ["clusterIdentifier"]);
    assert.deepEqual(diff({ kubeconfig: HERE }, { kubeconfig: MOVED, ...id }), [
      "kubeconfig (replace)",
      "clusterIdentifier",
    ]);
  });

  it("shows nothing for equal arguments", () => {
    assert.deepEqual(diff({ kubeconfig: HERE }, { kubeconfig: HERE }), []);
  });
});
