import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PipelineSecret } from "../../../../components";
import { named, record } from "../../../support/program-recorder";
import { isWireSecret, withoutSecrets } from "../../../support/wire";

const values = { det_user: "canary-user", pac_token: "", umlaut: "häßlich" };

describe("PipelineSecret", () => {
  it("registers a Secret of fixed name with base64 data, and all of the data as a secret", async () => {
    const recording = await record(() => {
      new PipelineSecret("pipelines", { namespace: "pachyderm", values });
    });
    const { type, inputs } = named(recording, "pipelines-secret");
    assert.equal(type, "kubernetes:core/v1:Secret");
    assert.deepEqual(withoutSecrets(inputs), {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: "pipeline-secret",
        namespace: "pachyderm",
        labels: {
          "app.kubernetes.io/name": "pipeline-secret",
          "app.kubernetes.io/part-of": "pachyderm-seldon",
          "app.kubernetes.io/managed-by": "pulumi",
        },
        annotations: { "pulumi.com/patchForce": "true" },
      },
      type: "Opaque",
      data: "[secret]",
    });
    assert.ok(isWireSecret(inputs.data));
    assert.deepEqual(inputs.data.value, {
      det_user: "Y2FuYXJ5LXVzZXI=",
      pac_token: "",
      umlaut: "aMOkw59saWNo",
    });
  });

  it("is the Secret's parent, and outputs name, namespace and keys but no values", async () => {
    const recording = await record(() => {
      new PipelineSecret("pipelines", { name: "own", namespace: "pachyderm", values });
    });
    const component = named(recording, "pipelines");
    assert.equal(named(recording, "pipelines-secret").parent, component.urn);
    assert.deepEqual(component.inputs, {});
    assert.deepEqual(recording.outputs.find(([urn]) => urn === component.urn)?.[1], {
      name: "own",
      namespace: "pachyderm",
      keys: ["det_user", "pac_token", "umlaut"],
    });
  });

  it("has a secret restart trigger for each key, which changes with that key's value alone", async () => {
    const triggers: string[][] = [];
    await record(async () => {
      for (const det_user of ["one", "one", "two"]) {
        const name = `s${triggers.length}`;
        const secret = new PipelineSecret(name, {
          namespace: "n",
          values: { ...values, det_user },
        });
        assert.equal(await pulumi.isSecret(secret.restartTrigger("det_user")), true);
        const both = [secret.restartTrigger("det_user"), secret.restartTrigger("umlaut")];
        triggers.push(await new Promise((resolve) => pulumi.all(both).apply(resolve)));
      }
    });
    const [first, same, changed] = triggers as [string[], string[], string[]];
    assert.deepEqual(first, same);
    assert.notEqual(first[0], changed[0]);
    assert.equal(first[1], changed[1]);
    assert.match(first[0] ?? "", /^[0-9a-f]{64}$/);
  });

  const refusals: Record<string, [() => unknown, string]> = {
    "a name that Kubernetes would refuse": [
      () => new PipelineSecret("p", { name: "Pipeline_Secret", namespace: "n", values }),
      'PipelineSecret "p": name is "Pipeline_Secret", which may contain only lowercase letters, digits and -, and must start and end with a letter or digit',
    ],
    "a key that Kubernetes would refuse": [
      () => new PipelineSecret("p", { namespace: "n", values: { "det user": "x" } }),
      'PipelineSecret "p": values has the key "det user", but a key may contain only letters, digits, -, _ and .',
    ],
    "a restart trigger for a key that it lacks": [
      () => new PipelineSecret("p", { namespace: "n", values }).restartTrigger("sel_url"),
      'the pipeline Secret has no key "sel_url"; expected one of det_user, pac_token, umlaut',
    ],
  };
  for (const [title, [make, message]] of Object.entries(refusals)) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(record(make), (error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal((error as Error).message, message);
        return true;
      });
    });
  }
});
