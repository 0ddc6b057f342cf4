import assert from "node:assert/strict";
import { SeldonNamespace } from "../../../components";
import { named, record } from "../../support/program-recorder";

describe("SeldonNamespace", () => {
  it("bears the label without which Seldon doesn't see it, and may take long to delete", async () => {
    const recording = await record(() => {
      new SeldonNamespace("seldon", {});
    });
    const { type, inputs, parent, deleteTimeout } = named(recording, "seldon-namespace");
    assert.equal(type, "kubernetes:core/v1:Namespace");
    assert.deepEqual(inputs.metadata, {
      name: "seldon",
      labels: {
        "app.kubernetes.io/name": "seldon-namespace",
        "app.kubernetes.io/part-of": "pachyderm-seldon",
        "app.kubernetes.io/managed-by": "pulumi",
        "seldon.restricted": "false",
      },
    });
    assert.equal(parent, named(recording, "seldon").urn);
    assert.equal(deleteTimeout, "10m");
  });

  it("says so where it is restricted", async () => {
    const recording = await record(() => {
      new SeldonNamespace("seldon", { name: "team-a", restricted: true });
    });
    const { inputs } = named(recording, "seldon-namespace");
    const metadata = inputs.metadata as { name: string; labels: Record<string, string> };
    assert.equal(metadata.name, "team-a");
    assert.equal(metadata.labels["seldon.restricted"], "true");
  });

  it("refuses a name that Kubernetes would refuse", async () => {
    const make = () => new SeldonNamespace("seldon", { name: "Seldon" });
    await assert.rejects(
      record(make),
      /^Error: SeldonNamespace "seldon": name is "Seldon", which may/,
    );
  });
});
