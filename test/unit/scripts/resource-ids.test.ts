import assert from "node:assert/strict";
import { idFromInputs } from "../../../scripts/resource-ids";

const provider = (project: string) => ({
  urn: `urn:pulumi:pr-12::p::pulumi:providers:pachyderm::${project}`,
  type: "pulumi:providers:pachyderm",
  inputs: { project },
});
const providers = [provider("ml"), provider("team")];
const idOf = (type: string, inputs: Record<string, unknown>, of?: string) =>
  idFromInputs(
    { urn: "urn", type, inputs, ...(of && { provider: `${provider(of).urn}::1` }) },
    providers,
  );

describe("the id of a resource that is not created yet", () => {
  it("follows from the inputs for all types that store something", () => {
    const pipeline = { name: "p", project: { name: "other" } };
    assert.equal(idOf("pachyderm:index:Pipeline", { spec: { pipeline } }), "other/p");
    assert.equal(idOf("pachyderm:index:Branch", { repo: "r", name: "b" }), "ml/r@b");
    assert.equal(idOf("gcp:storage/bucket:Bucket", { name: "b" }), "b");
    const metadata = { name: "s", namespace: "n" };
    assert.equal(idOf("kubernetes:core/v1:Secret", { metadata }), "n/s");
    assert.equal(
      idOf("kubernetes:core/v1:ServiceAccount", { metadata: { name: "s" } }),
      "default/s",
    );
    assert.equal(idOf("kubernetes:core/v1:Namespace", { metadata: { name: "n" } }), "n");
    assert.equal(idOf("seldon:index:DeploymentCleanup", { name: "d", namespace: "n" }), "n/d");
  });

  it("contains the project of the resource, of its provider, or Pachyderm's default", () => {
    assert.equal(idOf("pachyderm:index:Repo", { name: "r", project: "own" }, "team"), "own/r");
    assert.equal(idOf("pachyderm:index:Repo", { name: "r" }, "team"), "team/r");
    assert.equal(idOf("pachyderm:index:Repo", { name: "r" }, "none"), "default/r");
    assert.equal(idOf("pachyderm:index:Repo", { name: "r" }), "ml/r");
  });

  it("is unknown if only its creation returns it, or a name is a secret", () => {
    assert.equal(idOf("pachyderm:index:RobotToken", { robot: "r" }), undefined);
    assert.equal(
      idOf("pachyderm:index:Repo", { name: { "4dabf18193072939515e22": "" } }),
      undefined,
    );
  });
});
